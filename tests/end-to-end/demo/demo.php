<?php
/**
 * The demo itself, on a farm that exists already (bin/demo creates it): fills the wikis, writes the real changes, half
 * of them in the form of today's Wikibase, runs every wiki's job runner until all queues are empty, and compares what
 * arrived with what was due.
 *
 * Usage: php demo.php FARM [LIMIT]     LIMIT: seconds after which it gives up
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

require __DIR__ . '/../../support/lib/autoload.php';
require __DIR__ . '/JobRunners.php';

$farm = new Farm( $argv[1] );
$limit = (int)( $argv[2] ?? 300 );
$data = new Data( Data::DEFAULT_FOLDER );
$record = new DeliveryRecord( $farm );
$progress = new Progress();

try {
	$record->install();
	fillWikis( $farm, $progress );
	writeChanges( $farm, $progress, $limit );

	$runners = new JobRunners( $farm, $limit );
	$start = microtime( true );
	$runners->runUntilEmpty( static function ( array $left ) use ( $farm, $record, $progress ): void {
		$progress->show( static fn () => describe( $farm, $record, $left ) );
	} );
	$progress->note( "every queue of every wiki is empty, after {$runners->started()} runs of runJobs.php" );
} catch ( RuntimeException $e ) {
	$progress->clear();
	fwrite( STDERR, 'demo: ' . $e->getMessage() . "\n" );
	exit( 1 );
}

exit( report( $farm, $data, $record, $record->lastTime() - $start ) ? 0 : 1 );

/** Pages and usages everywhere, subscriptions on the repo. */
function fillWikis( Farm $farm, Progress $progress ): void {
	foreach ( $farm->wikis as $wiki ) {
		$farm->run( $wiki, Farm::SCRIPTS . '/LoadWiki.php', $wiki === $farm->repo ? [ '--subscriptions' ] : [] );
	}
	$progress->note( sprintf( 'loaded %d subscriptions, and the pages and usages of %d wikis',
		$farm->number( $farm->repo, 'SELECT COUNT(*) FROM {wb_changes_subscription}' ), count( $farm->wikis ) ) );
}

function writeChanges( Farm $farm, Progress $progress, int $limit ): void {
	$deadline = microtime( true ) + $limit;
	$count = static fn () => $farm->number( $farm->repo, 'SELECT COUNT(*) FROM {wb_changes}' );
	$writer = $farm->start( $farm->repo, Farm::SCRIPTS . '/WriteChanges.php', [ '--mixed-forms' ] );
	while ( $writer->isRunning() ) {
		$progress->show( static fn () => 'changes written to the change buffer: ' . $count() );
		if ( microtime( true ) > $deadline ) {
			$writer->kill();
			throw new RuntimeException( "the changes are not written after $limit s; see {$writer->log}" );
		}
		usleep( 50_000 );
	}
	$writer->assertSuccess();
	$triggers = $farm->number( $farm->repo, "SELECT COUNT(*) FROM {job} WHERE job_cmd = 'wikibase-dispatch-trigger'" );
	$progress->note( "wrote {$count()} changes to the change buffer; "
		. "waiting in the queue of {$farm->repo}: $triggers wikibase-dispatch-trigger" );
}

/**
 * @param Farm $farm
 * @param DeliveryRecord $record
 * @param array<string,int> $left wiki => jobs
 */
function describe( Farm $farm, DeliveryRecord $record, array $left ): string {
	ksort( $left );
	// Without the ending that all of them have, the line fits an ordinary terminal.
	$name = static fn ( string $wiki ) => preg_replace( '/wiki$/', '', $wiki );
	$jobs = implode( ' ', array_map( static fn ( $wiki, $n ) => "{$name( $wiki )} $n", array_keys( $left ), $left ) );
	$notifications = array_sum( array_map( $record->notifications( ... ), $farm->wikis ) );
	$recent = array_sum( array_map( $farm->recentChanges( ... ), $farm->wikis ) );
	return "jobs left: $jobs · notifications $notifications · recent changes $recent";
}

/** Prints the table and whatever is wrong; says whether all is well. */
function report( Farm $farm, Data $data, DeliveryRecord $record, float $seconds ): bool {
	$due = $data->expectedDeliveries();
	$last = $farm->lastChange();
	$faults = [];
	$sums = array_fill_keys( [ 'due', 'delivered', 'repeats', 'notifications', 'recent' ], 0 );
	$row = "%-10s %9s %10s %8s %14s %15s %8s\n";
	echo "\n";
	printf( $row, 'client', 'due', 'delivered', 'repeats', 'notifications', 'recent changes', 'seen' );
	foreach ( $farm->wikis as $client ) {
		$comparison = new Comparison( $client, $due[$client], $record->changes( $client ) );
		$notifications = $record->notifications( $client );
		$recent = $farm->recentChanges( $client );
		$seen = $farm->seen( $client );
		printf( $row, $client, count( $comparison->due ), $comparison->delivered, $comparison->repeats, $notifications,
			$recent, $seen ?? 'none' );
		$sums['due'] += count( $comparison->due );
		$sums['delivered'] += $comparison->delivered;
		$sums['repeats'] += $comparison->repeats;
		$sums['notifications'] += $notifications;
		$sums['recent'] += $recent;
		array_push( $faults, ...$comparison->faults( repeatsAllowed: false ) );
		if ( $seen !== $last ) {
			$faults[] = "$client: has seen " . ( $seen ?? 'nothing' ) . ", yet the last change is $last";
		}
		if ( $recent === 0 ) {
			$faults[] = "$client: no recent change was written";
		}
	}
	printf( $row, 'all', ...[ ...array_values( $sums ), '' ] );
	$changes = $farm->number( $farm->repo, 'SELECT COUNT(*) FROM {wb_changes}' );
	printf( "\n%d changes were dispatched in %.2f s, from the start of the first job runner to the last notification:\n"
		. "%d changes/s, %d deliveries/s (the wikis' other jobs ran meanwhile).\n",
		$changes, $seconds, $changes / $seconds, $sums['delivered'] / $seconds );

	// Clients are served by the triggers; a job for one would mean that its queue had failed.
	foreach ( [ 'wikibase-dispatch-trigger' => 1, 'wikibase-dispatch-client' => 0 ] as $type => $allowed ) {
		$most = $record->mostWaiting( $type );
		echo "Waiting at once in the repo's queue, at most: $most $type\n";
		if ( $most !== $allowed ) {
			$faults[] = "$type: $most have waited at once for the same purpose, $allowed should";
		}
	}
	if ( $faults ) {
		echo "\nNOT as it should be:\n  " . implode( "\n  ", array_slice( $faults, 0, 20 ) ) . "\n";
		return false;
	}
	echo "Delivered is exactly what was due, for every client.\n";
	return true;
}
