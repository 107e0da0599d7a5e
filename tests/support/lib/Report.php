<?php
/**
 * What a run ends with: a table of what was due and what arrived, and everything that is not as it should be.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class Report {

	public int $due = 0;
	public int $delivered = 0;
	public int $lost = 0;
	public int $repeats = 0;
	/** @var list<string> */
	private array $faults = [];

	/**
	 * Compares what has reached the clients with what was due, and prints a line for each.
	 *
	 * @param DeliveryRecord $record
	 * @param array<string,array<int,true>> $due client => change id => true
	 * @param bool $repeatsAllowed
	 */
	public function compare( DeliveryRecord $record, array $due, bool $repeatsAllowed ): void {
		$row = "%-10s %9s %10s %8s %8s\n";
		echo "\n";
		printf( $row, 'client', 'due', 'delivered', 'lost', 'repeats' );
		foreach ( $due as $client => $changes ) {
			$comparison = new Comparison( $client, $changes, $record->changes( $client ) );
			printf( $row, $client, count( $comparison->due ), $comparison->delivered, count( $comparison->lost ),
				$comparison->repeats );
			$this->due += count( $comparison->due );
			$this->delivered += $comparison->delivered;
			$this->lost += count( $comparison->lost );
			$this->repeats += $comparison->repeats;
			array_push( $this->faults, ...$comparison->faults( $repeatsAllowed ) );
		}
		echo "\n";
		$this->faultIf( $this->due === 0, 'nothing was due, so nothing was shown' );
	}

	public function faultIf( bool $isFault, string ...$faults ): void {
		if ( $isFault ) {
			array_push( $this->faults, ...$faults );
		}
	}

	/**
	 * Prints the faults, or what has been shown if there are none.
	 *
	 * @return int exit code
	 */
	public function end( string $shown ): int {
		if ( $this->faults ) {
			echo "NOT as it should be:\n  " . implode( "\n  ", $this->faults ) . "\n";
			return 1;
		}
		echo "$shown\n";
		return 0;
	}
}
