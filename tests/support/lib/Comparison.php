<?php
/**
 * What has been delivered to one client against what was due to it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class Comparison {

	/** Changes due that have arrived. */
	public readonly int $delivered;
	/** @var list<int> due, but never arrived */
	public readonly array $lost;
	/** @var list<int> arrived, but not due */
	public readonly array $surplus;
	/** Arrivals of a change that had arrived before. */
	public readonly int $repeats;

	/**
	 * @param array<int,true> $due change ids
	 * @param list<int> $arrived change ids in the order of arrival
	 */
	public function __construct( public readonly string $client, public readonly array $due, array $arrived ) {
		$distinct = array_fill_keys( $arrived, true );
		$this->lost = array_keys( array_diff_key( $due, $distinct ) );
		$this->surplus = array_keys( array_diff_key( $distinct, $due ) );
		$this->delivered = count( $due ) - count( $this->lost );
		$this->repeats = count( $arrived ) - count( $distinct );
	}

	/**
	 * @return list<string> what is wrong, in words; empty when all is well
	 */
	public function faults( bool $repeatsAllowed ): array {
		$faults = [];
		if ( $this->lost ) {
			$faults[] = "{$this->client}: lost " . self::some( $this->lost );
		}
		if ( $this->surplus ) {
			$faults[] = "{$this->client}: not due, yet delivered " . self::some( $this->surplus );
		}
		if ( $this->repeats && !$repeatsAllowed ) {
			$faults[] = "{$this->client}: {$this->repeats} changes delivered again";
		}
		return $faults;
	}

	/**
	 * @param list<int> $ids
	 */
	private static function some( array $ids ): string {
		$first = implode( ', ', array_slice( $ids, 0, 8 ) );
		return count( $ids ) . ' changes: ' . $first . ( count( $ids ) > 8 ? ', …' : '' );
	}
}
