<?php
/**
 * Has eight job runners of the repo work at once on one MariaDB, each a process of its own, while writers commit out of
 * order: ids are taken, commits delayed, some rolled back. Shows that no change is lost (G1, G7) and none delivered
 * twice (G3), that no two passes for one client overlap and chd_seen never goes back (G4, G2), and that no deadlock or
 * other error is left unhandled (G14). Jobs for clients are pushed that have one, as by a queue that delivers twice, so
 * that runners meet at one client.
 *
 * Usage: php eight-runners.php FARM
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

require __DIR__ . '/../support/lib/autoload.php';

const RUNNERS = 8;
const WRITERS = 2;
/** Seconds for which changes are written. */
const WRITING = 15;
/** Seconds after which the rest must have been done. */
const LIMIT = 120;
/** With fewer changes than these, there was too little to get into each other's way. */
const FEWEST_CHANGES = 500;

$farm = new Farm( $argv[1] );
$log = "{$farm->folder}/log/dispatch.log";
putenv( "FARM_LOG=$log" );
$record = new DeliveryRecord( $farm );
$passes = new PassRecord( $farm );
$written = new WrittenChanges( $farm );
$runners = new RepoRunners( $farm, RUNNERS );
$progress = new Progress();
try {
	$record->install();
	$passes->install();
	$written->install();
	$farm->run( $farm->repo, Farm::SCRIPTS . '/LoadWiki.php', [ '--subscriptions' ] );
	runAll( $farm, $runners, $record, $progress );
} catch ( RuntimeException $e ) {
	$progress->clear();
	fwrite( STDERR, 'eight-runners: ' . $e->getMessage() . "\n" );
	exit( 1 );
}
exit( report( $farm, $runners, $record, $passes, $written, $log ) );

/** Writes for a while, and keeps the runners going until that and everything that follows from it is done. */
function runAll( Farm $farm, RepoRunners $runners, DeliveryRecord $record, Progress $progress ): void {
	$until = "{$farm->folder}/enough";
	$writers = [];
	for ( $i = 1; $i <= WRITERS; $i++ ) {
		$writers[] = $farm->start( $farm->repo, __DIR__ . '/KeepWriting.php',
			[ '--farm', $farm->folder, '--until', $until, '--seed', (string)$i, '--crowd' ] );
	}
	$start = microtime( true );
	try {
		do {
			if ( microtime( true ) > $start + WRITING ) {
				touch( $until );
			}
			// In this order: what the writers pushed last is seen by the look at the queue that follows.
			$writing = array_filter( $writers, static fn ( Process $writer ) => $writer->isRunning() );
			$jobs = $runners->tend();
			// A repeat shall meet no twin that still waits, which the queue would take it for.
			$record->takeAway();
			$progress->show( static fn () => "{$record->arrived()} notifications, {$farm->positions()}" );
			if ( microtime( true ) > $start + WRITING + LIMIT ) {
				throw new RuntimeException( 'not at the end within ' . LIMIT . " s after the last change: "
					. $farm->positions() . '; jobs ' . json_encode( $jobs ) );
			}
			usleep( 20_000 );
		} while ( $writing || $runners->areRunning() || array_sum( $jobs ) > 0 );
		array_map( static fn ( Process $writer ) => $writer->assertSuccess(), $writers );
	} finally {
		$runners->kill();
		array_map( static fn ( Process $writer ) => $writer->kill(), $writers );
	}
	$progress->clear();
}

function report(
	Farm $farm,
	RepoRunners $runners,
	DeliveryRecord $record,
	PassRecord $passes,
	WrittenChanges $written,
	string $log
): int {
	$committed = $written->committed();
	$report = new Report();
	$report->compare( $record, WrittenChanges::due( $committed ), repeatsAllowed: false );
	[ 'overlaps' => $overlaps, 'back' => $back, 'passes' => $counts, 'atOnce' => $atOnce ] = $passes->findings();
	$errors = $farm->runnerErrors( $farm->repo );
	$met = substr_count( file_get_contents( $log ), 'no pass for ' );
	$deadlocks = $farm->rows( $farm->repo, "SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'" )[0]['Value'] ?? 'unknown';
	foreach ( [
		'processes at once' => "{$runners->most()} (of {$runners->started()}, one after the other)",
		'changes written' => count( $committed ),
		'rolled back' => $written->rolledBack(),
		'deliveries expected' => $report->due,
		'delivered' => $report->delivered,
		'lost' => $report->lost,
		'repeated' => $report->repeats,
		'passes' => array_sum( $counts ) . ", $atOnce at once",
		'met a pass of another' => $met,
		'overlapping passes' => count( $overlaps ),
		'times chd_seen went back' => array_sum( $back ),
		'deadlocks the server saw' => $deadlocks,
		'errors of the runners' => count( $errors ),
	] as $name => $value ) {
		printf( "%-25s %s\n", "$name:", $value );
	}
	$report->faultIf( !$farm->isUpToDate(), "not every client has seen everything: {$farm->positions()}" );
	$report->faultIf( $overlaps !== [], ...array_slice( $overlaps, 0, 5 ) );
	$report->faultIf( $back !== [], 'chd_seen went back' );
	$report->faultIf( $errors !== [], ...array_slice( $errors, 0, 5 ) );
	$report->faultIf( count( $committed ) < FEWEST_CHANGES || $written->rolledBack() === 0
		|| $runners->most() < RUNNERS || $atOnce < 2 || $met === 0,
		'too little happened at the same time for this to show anything' );
	return $report->end( 'Nothing was lost, repeated or left unhandled, and no two passes for one client overlapped.' );
}
