<?php
/**
 * Dispatches the real changes by two at once, as during a migration: Wikibase's old cron dispatcher (a double of it,
 * see CronDispatcher) and our jobs (two runners). Shows that nothing is lost, that no two passes for one client
 * overlap, and that ours never sets chd_seen back (G11, G2, G4).
 *
 * Usage: php coexist.php FARM
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDemo;

use RuntimeException;

require __DIR__ . '/lib/autoload.php';

const RUNNERS = 2;
/** Two of the old ones get into each other's way without our help: repeats, and chd_seen set back. */
const CRONS = 1;
const LIMIT = 120;

$farm = new Farm( $argv[1] );
$record = new DeliveryRecord( $farm );
$passes = new PassRecord( $farm );
$progress = new Progress();
try {
	$record->install();
	$passes->install();
	$farm->run( $farm->repo, __DIR__ . '/LoadWiki.php', [ '--subscriptions' ] );
	$farm->run( $farm->repo, __DIR__ . '/WriteChanges.php' );
	// Both have work from the beginning, and the old one knows the clients.
	$values = implode( ', ', array_map( static fn ( $client ) => "( '$client', '$client', 0 )", $farm->wikis ) );
	$farm->execute( $farm->repo, "INSERT INTO {wb_changes_dispatch} ( chd_site, chd_db, chd_seen ) VALUES $values" );
	runBoth( $farm, $record, $progress );
} catch ( RuntimeException $e ) {
	$progress->clear();
	fwrite( STDERR, 'coexist: ' . $e->getMessage() . "\n" );
	exit( 1 );
}
exit( report( $farm, $record, $passes ) ? 0 : 1 );

function runBoth( Farm $farm, DeliveryRecord $record, Progress $progress ): void {
	$deadline = microtime( true ) + LIMIT;
	$until = "{$farm->folder}/enough";
	$crons = $runners = [];
	for ( $i = 0; $i < CRONS; $i++ ) {
		$crons[] = new Process(
			[ 'php', __DIR__ . '/cron-dispatcher.php', $farm->folder, $until ],
			"{$farm->folder}/log/cron-$i.log"
		);
	}
	try {
		while ( $runners || $farm->leastSeen() < $farm->lastChange() ) {
			foreach ( $runners as $i => $runner ) {
				if ( !$runner->isRunning() ) {
					unset( $runners[$i] );
					$runner->assertSuccess();
				}
			}
			foreach ( $crons as $cron ) {
				if ( !$cron->isRunning() ) {
					$cron->assertSuccess();
					throw new RuntimeException( 'the cron dispatcher has stopped by itself' );
				}
			}
			$jobs = $farm->jobs( $farm->repo );
			if ( $jobs['ready'] && count( $runners ) < RUNNERS ) {
				$runners[] = $farm->start( $farm->repo, 'runJobs' );
			} elseif ( !$runners && array_sum( $jobs ) === 0 && $farm->leastSeen() < $farm->lastChange() ) {
				$farm->run( $farm->repo, __DIR__ . '/Announce.php' );
			}
			$progress->show( static fn () => "{$record->arrived()} notifications, least seen {$farm->leastSeen()}" );
			if ( microtime( true ) > $deadline ) {
				throw new RuntimeException( 'not at the end within ' . LIMIT . ' s; jobs ' . json_encode( $jobs ) );
			}
			usleep( 20_000 );
		}
		touch( $until );
		while ( array_filter( $crons, static fn ( Process $cron ) => $cron->isRunning() ) ) {
			usleep( 10_000 );
		}
		array_map( static fn ( Process $cron ) => $cron->assertSuccess(), $crons );
	} finally {
		array_map( static fn ( Process $process ) => $process->kill(), [ ...$crons, ...$runners ] );
	}
	$progress->clear();
}

function report( Farm $farm, DeliveryRecord $record, PassRecord $passes ): bool {
	$due = ( new Data( Data::DEFAULT_FOLDER ) )->expectedDeliveries();
	$faults = [];
	$row = "%-10s %9s %10s %8s %8s\n";
	printf( $row, 'client', 'due', 'delivered', 'lost', 'repeats' );
	foreach ( $farm->wikis as $client ) {
		$comparison = new Comparison( $client, $due[$client], $record->changes( $client ) );
		printf( $row, $client, count( $comparison->due ), $comparison->delivered, count( $comparison->lost ),
			$comparison->repeats );
		array_push( $faults, ...$comparison->faults( repeatsAllowed: true ) );
	}
	[ 'overlaps' => $overlaps, 'back' => $back, 'passes' => $counts ] = $passes->findings();
	$ours = $farm->databases->user();
	$old = array_sum( array_diff_key( $counts, [ $ours => true ] ) );
	$new = $counts[$ours] ?? 0;
	echo "\nPasses: $old by the cron dispatcher, $new by ours; overlapping: " . count( $overlaps ) . ".\n";
	array_push( $faults, ...array_slice( $overlaps, 0, 5 ) );
	if ( !$old || !$new ) {
		$faults[] = 'only one of the two had anything to do, so nothing was shown';
	}
	if ( $back[$ours] ?? 0 ) {
		$faults[] = "ours has set chd_seen back {$back[$ours]} times";
	}
	$backByOld = array_sum( array_diff_key( $back, [ $ours => true ] ) );
	echo "The cron dispatcher has set chd_seen back $backByOld times: it reads it before it has the lock.\n";
	if ( $faults ) {
		echo "NOT as it should be:\n  " . implode( "\n  ", $faults ) . "\n";
		return false;
	}
	echo "Nothing was lost, and no two passes for one client overlapped.\n";
	return true;
}
