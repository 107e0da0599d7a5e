<?php
/**
 * Chance that a seed repeats exactly, whatever else in the process asks PHP for random numbers.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

class Chance {

	private int $drawn = 0;

	public function __construct( private readonly string $seed ) {
	}

	/** A whole number from 0 to below `$end`. */
	public function below( int $end ): int {
		$bytes = hash( 'sha256', $this->seed . '|' . $this->drawn++, true );
		return unpack( 'J', "\0\0" . substr( $bytes, 0, 6 ) )[1] % $end;
	}

	/** True that many times of a hundred. */
	public function isOf100( int $times ): bool {
		return $this->below( 100 ) < $times;
	}

	/**
	 * @template T
	 * @param list<T> $list not empty
	 * @return T
	 */
	public function oneOf( array $list ): mixed {
		return $list[$this->below( count( $list ) )];
	}

	/**
	 * @param array<string,int> $weights name => weight
	 */
	public function byWeight( array $weights ): string {
		$place = $this->below( array_sum( $weights ) );
		foreach ( $weights as $name => $weight ) {
			$place -= $weight;
			if ( $place < 0 ) {
				return (string)$name;
			}
		}
	}
}
