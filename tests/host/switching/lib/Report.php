<?php
/**
 * What each client was told, and everything that is not as it should be.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

class Report {

	private const SHOWN = 5;
	/** Seconds before and after a lost change of which the history is written down. */
	private const AROUND = 10.0;
	/** The job that only we push. */
	private const NATIVE = 'DispatchNotification';

	/** @var list<string> */
	private array $faults = [];

	public function __construct( private readonly Trial $trial ) {
	}

	/**
	 * @return int exit code
	 */
	public function print(): int {
		$trial = $this->trial;
		$changes = array_keys( $trial->record->changes() );
		ksort( $trial->edits );
		$edits = [];
		foreach ( $trial->edits as $what => $count ) {
			$edits[] = "$count $what";
		}
		printf( "%d switches; edits: %s; %d changes\n\n", $trial->switches, implode( ', ', $edits ),
			count( $changes ) );
		$row = "%-10s %9s %10s %6s %8s %13s %8s\n";
		printf( $row, 'client', 'changes', 'delivered', 'lost', 'repeats', 'entity-change', 'native' );
		$missing = $trial->missing();
		foreach ( $missing as $client => $lost ) {
			$delivered = [];
			$native = 0;
			foreach ( $trial->record->notifications( $client ) as [ , $job, $ids ] ) {
				array_push( $delivered, ...$ids );
				$native += $job === self::NATIVE ? count( $ids ) : 0;
			}
			$different = count( array_unique( $delivered ) );
			printf( $row, $client, count( $changes ), $different, count( $lost ), count( $delivered ) - $different,
				count( $delivered ) - $native, $native );
			if ( array_diff( $delivered, $changes ) !== [] ) {
				$this->faults[] = "$client was told of changes that were never written: "
					. self::some( array_diff( $delivered, $changes ) );
			}
		}
		$this->judge( $changes, $missing );
		$done = $trial->settled === null
			? 'Not all was done'
			: sprintf( 'All was done %.1f s after the last edit', $trial->settled );
		echo "\n$done, with {$trial->visits} visits. Notes left: {$trial->notesLeft()}.\n";
		if ( $this->faults !== [] ) {
			echo "NOT as it should be:\n  " . implode( "\n  ", $this->faults ) . "\n";
			return 1;
		}
		echo "No change was lost.\n";
		return 0;
	}

	/**
	 * @param list<int> $changes
	 * @param array<string,list<int>> $missing client => changes
	 */
	private function judge( array $changes, array $missing ): void {
		$trial = $this->trial;
		$saved = $trial->edits['saved'] ?? 0;
		if ( $changes === [] || $saved !== count( $changes ) ) {
			$this->faults[] = "$saved edits were saved, and " . count( $changes ) . ' changes written';
		}
		foreach ( array_filter( $missing ) as $client => $ids ) {
			$this->faults[] = "$client has not got " . self::some( $ids );
		}
		array_push( $this->faults, ...$trial->leftOver() );
		foreach ( $trial->farm->wikis as $wiki ) {
			$errors = $trial->runnerErrors( $wiki );
			if ( $errors !== [] ) {
				echo "\n" . count( $errors ) . " errors of runners of $wiki, for example:\n  "
					. implode( "\n  ", array_slice( $errors, 0, self::SHOWN ) ) . "\n";
			}
		}
		$lost = array_unique( array_merge( ...array_values( $missing ) ) );
		if ( $lost !== [] ) {
			sort( $lost );
			$this->explain( $lost );
		}
	}

	/**
	 * Writes down what happened around the first changes that were lost.
	 *
	 * @param list<int> $lost
	 */
	private function explain( array $lost ): void {
		$file = "{$this->trial->farm->folder}/log/lost.log";
		$lines = [ 'Configured, by Unix time:', ...$this->trial->diary ];
		foreach ( array_slice( $lost, 0, self::SHOWN ) as $change ) {
			array_push( $lines, '', "Around the change $change:",
				...$this->trial->record->historySince( $change, self::AROUND ) );
			foreach ( $this->trial->farm->wikis as $client ) {
				foreach ( $this->trial->record->notifications( $client ) as [ $time, $job, $ids ] ) {
					if ( in_array( $change, $ids, true ) ) {
						$lines[] = sprintf( '%.3f: %s of %s has it', $time, $job, $client );
					}
				}
			}
		}
		file_put_contents( $file, implode( "\n", $lines ) . "\n" );
		$this->faults[] = "what happened around the first of these is in $file (run with --keep)";
	}

	/** @param array<int> $ids */
	private static function some( array $ids ): string {
		return count( $ids ) . ' changes: ' . implode( ', ', array_slice( $ids, 0, 20 ) )
			. ( count( $ids ) > 20 ? ', …' : '' );
	}
}
