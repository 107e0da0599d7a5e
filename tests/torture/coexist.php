<?php
/**
 * Dispatches the real changes by two at once, as during a migration: Wikibase's old cron dispatcher (a double of it,
 * see CronDispatcher) and our jobs (two runners). Shows that nothing is lost, that no two passes for one client
 * overlap, and that ours never sets chd_seen back (G11, G2, G4).
 *
 * Usage: php coexist.php FARM
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

require __DIR__ . '/../support/lib/autoload.php';

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
	$farm->run( $farm->repo, Farm::SCRIPTS . '/LoadWiki.php', [ '--subscriptions' ] );
	$farm->run( $farm->repo, Farm::SCRIPTS . '/WriteChanges.php' );
	// Both have work from the beginning, and the old one knows the clients.
	$values = implode( ', ', array_map( static fn ( $client ) => "( '$client', '$client', 0 )", $farm->wikis ) );
	$farm->execute( $farm->repo, "INSERT INTO {wb_changes_dispatch} ( chd_site, chd_db, chd_seen ) VALUES $values" );
	runBoth( $farm, $record, $progress );
} catch ( RuntimeException $e ) {
	$progress->clear();
	fwrite( STDERR, 'coexist: ' . $e->getMessage() . "\n" );
	exit( 1 );
}
exit( report( $farm, $record, $passes ) );

function runBoth( Farm $farm, DeliveryRecord $record, Progress $progress ): void {
	$deadline = microtime( true ) + LIMIT;
	$until = "{$farm->folder}/enough";
	$runners = new RepoRunners( $farm, RUNNERS );
	$crons = [];
	for ( $i = 0; $i < CRONS; $i++ ) {
		$crons[] = new Process(
			[ 'php', __DIR__ . '/cron-dispatcher.php', $farm->folder, $until ],
			"{$farm->folder}/log/cron-$i.log"
		);
	}
	try {
		while ( $runners->areRunning() || !$farm->isUpToDate() ) {
			foreach ( $crons as $cron ) {
				if ( !$cron->isRunning() ) {
					$cron->assertSuccess();
					throw new RuntimeException( 'the cron dispatcher has stopped by itself' );
				}
			}
			$jobs = $runners->tend();
			if ( !$runners->areRunning() && array_sum( $jobs ) === 0 && !$farm->isUpToDate() ) {
				$farm->run( $farm->repo, Farm::SCRIPTS . '/Announce.php' );
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
		$runners->kill();
		array_map( static fn ( Process $cron ) => $cron->kill(), $crons );
	}
	$progress->clear();
}

function report( Farm $farm, DeliveryRecord $record, PassRecord $passes ): int {
	$report = new Report();
	$report->compare( $record, ( new Data( Data::DEFAULT_FOLDER ) )->expectedDeliveries(), repeatsAllowed: true );
	[ 'overlaps' => $overlaps, 'back' => $back, 'passes' => $counts, 'claimsLost' => $lost ] = $passes->findings();
	$ours = $farm->databases->user();
	$old = array_sum( array_diff_key( $counts, [ $ours => true ] ) );
	$new = $counts[$ours] ?? 0;
	$backByOurs = $back[$ours] ?? 0;
	$backByOld = array_sum( array_diff_key( $back, [ $ours => true ] ) );
	echo "Passes: $old by the cron dispatcher, $new by ours; overlapping: " . count( $overlaps ) . ".\n";
	echo "The cron dispatcher has set chd_seen back $backByOld times: it reads it before it has the lock.\n";
	echo "It has written over $lost of our claims: it writes after it has given the lock back.\n";
	$report->faultIf( $overlaps !== [], ...array_slice( $overlaps, 0, 5 ) );
	$report->faultIf( !$old || !$new, 'only one of the two had anything to do, so nothing was shown' );
	$report->faultIf( $backByOurs > 0, "ours has set chd_seen back $backByOurs times" );
	return $report->end( 'Nothing was lost, and no two passes for one client overlapped.' );
}
