<?php
/**
 * Edits fast while job runners of the repo work: one change a transaction, each announced. Shows that at most one
 * trigger and one pass per client ever wait in the queue (G6), that several runners deliver nothing twice (G4), forked
 * ones neither (G12), and that nothing is lost between an edit and a trigger that is just ending (G1).
 *
 * Usage: php fast-edits.php FARM COUNT PROCESSES
 *
 * COUNT: how many changes to write. PROCESSES: of one job runner, which forks them; 1: two runners that do not fork.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDemo;

use RuntimeException;

require __DIR__ . '/lib/autoload.php';

const LIMIT = 240;

$farm = new Farm( $argv[1] );
$count = (int)$argv[2];
$processes = (int)$argv[3];
$record = new DeliveryRecord( $farm );
$progress = new Progress();

try {
	$record->install();
	$farm->run( $farm->repo, __DIR__ . '/LoadWiki.php', [ '--subscriptions' ] );
	if ( $processes > 1 ) {
		// MediaWiki's forks share their random numbers, and would all write it to one temporary file.
		$farm->run( $farm->repo, 'rebuildLocalisationCache', [ '--lang', 'en' ] );
	}
	$writer = $farm->start( $farm->repo, __DIR__ . '/WriteChanges.php',
		[ '--per-transaction', '1', '--count', (string)$count ] );
	runAlongside( $farm, $writer, $processes, $progress );
} catch ( RuntimeException $e ) {
	$progress->clear();
	fwrite( STDERR, 'fast-edits: ' . $e->getMessage() . "\n" );
	exit( 1 );
}
exit( report( $farm, $record, $count, $processes ) ? 0 : 1 );

/** Keeps two runners, or one that forks, going on the repo's queue until the writer has ended and the queue is empty. */
function runAlongside( Farm $farm, Process $writer, int $processes, Progress $progress ): void {
	$deadline = microtime( true ) + LIMIT;
	$runners = $processes > 1 ? 1 : 2;
	$arguments = $processes > 1 ? [ '--procs', (string)$processes ] : [];
	$running = [];
	do {
		// In this order: what the writer pushed last is seen by the look at the queue that follows.
		$writing = $writer->isRunning();
		foreach ( $running as $i => $runner ) {
			if ( !$runner->isRunning() ) {
				unset( $running[$i] );
				$runner->assertSuccess();
			}
		}
		$jobs = $farm->jobs( $farm->repo );
		if ( $jobs['ready'] && count( $running ) < $runners ) {
			$running[] = $farm->start( $farm->repo, 'runJobs', $arguments );
		}
		$progress->show( static fn () => sprintf( 'changes %d, jobs of the repo %d',
			$farm->number( $farm->repo, 'SELECT COUNT(*) FROM {wb_changes}' ), array_sum( $jobs ) ) );
		if ( microtime( true ) > $deadline ) {
			array_map( static fn ( Process $process ) => $process->kill(), [ $writer, ...$running ] );
			throw new RuntimeException( 'not at the end within ' . LIMIT . ' s; jobs left: ' . json_encode( $jobs ) );
		}
		usleep( 20_000 );
	} while ( $writing || $running || array_sum( $jobs ) > 0 );
	$writer->assertSuccess();
	$progress->clear();
}

function report( Farm $farm, DeliveryRecord $record, int $count, int $processes ): bool {
	$last = $farm->lastChange();
	$due = ( new Data( Data::DEFAULT_FOLDER ) )->expectedDeliveries( $last );
	$faults = [];
	$row = "%-10s %9s %10s %8s %14s %8s\n";
	printf( $row, 'client', 'due', 'delivered', 'repeats', 'notifications', 'seen' );
	foreach ( $farm->wikis as $client ) {
		$comparison = new Comparison( $client, $due[$client], $record->changes( $client ) );
		printf( $row, $client, count( $comparison->due ), $comparison->delivered, $comparison->repeats,
			$record->notifications( $client ), $farm->seen( $client ) ?? 'none' );
		array_push( $faults, ...$comparison->faults( repeatsAllowed: false ) );
		if ( $farm->seen( $client ) !== $last ) {
			$faults[] = "$client: has not seen the last change, $last";
		}
	}
	$passes = array_sum( array_map( $record->notifications( ... ), $farm->wikis ) );
	$runners = $processes > 1 ? "a runner with $processes forks" : 'two runners';
	echo "\n$count edits while $runners worked, in $passes passes.\n";
	if ( $passes < $count / 10 ) {
		$faults[] = "only $passes passes for $count edits: the runners had too little to do at the same time";
	}
	// MediaWiki's queue looks for a twin first and inserts then. Two who push at once both find none, where the
	// database lets them: one for each process, and the writer.
	$allowed = $processes === 1 ? 1 : $processes + 1;
	foreach ( [ 'DispatchTrigger', 'DispatchClient' ] as $type ) {
		$most = $record->mostWaiting( $type );
		echo "Waiting at once, at most: $most $type" . ( $type === 'DispatchClient' ? ' per client' : '' ) . "\n";
		if ( $most < 1 || $most > $allowed ) {
			$faults[] = "$most $type have waited at once for the same purpose, $allowed should at most";
		}
	}
	if ( $faults ) {
		echo "NOT as it should be:\n  " . implode( "\n  ", $faults ) . "\n";
		return false;
	}
	echo "Delivered is exactly what was due, for every client.\n";
	return true;
}
