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

namespace WikibaseDispatchTests;

use RuntimeException;

require __DIR__ . '/../support/lib/autoload.php';

const LIMIT = 240;

$farm = new Farm( $argv[1] );
$count = (int)$argv[2];
$processes = (int)$argv[3];
$record = new DeliveryRecord( $farm );
$progress = new Progress();

try {
	$record->install();
	$farm->run( $farm->repo, Farm::SCRIPTS . '/LoadWiki.php', [ '--subscriptions' ] );
	if ( $processes > 1 ) {
		// MediaWiki's forks share their random numbers, and would all write it to one temporary file.
		$farm->run( $farm->repo, 'rebuildLocalisationCache', [ '--lang', 'en' ] );
	}
	$writer = $farm->start( $farm->repo, Farm::SCRIPTS . '/WriteChanges.php',
		[ '--per-transaction', '1', '--count', (string)$count ] );
	runAlongside( $farm, $writer, $processes, $progress );
} catch ( RuntimeException $e ) {
	$progress->clear();
	fwrite( STDERR, 'fast-edits: ' . $e->getMessage() . "\n" );
	exit( 1 );
}
exit( report( $farm, $record, $count, $processes ) );

/**
 * Keeps two runners, or one that forks, going on the repo's queue until the writer has ended and the queue is empty.
 */
function runAlongside( Farm $farm, Process $writer, int $processes, Progress $progress ): void {
	$deadline = microtime( true ) + LIMIT;
	$runners = $processes > 1
		? new RepoRunners( $farm, 1, [ '--procs', (string)$processes ] )
		: new RepoRunners( $farm, 2 );
	do {
		// In this order: what the writer pushed last is seen by the look at the queue that follows.
		$writing = $writer->isRunning();
		$jobs = $runners->tend();
		$progress->show( static fn () => sprintf( 'changes %d, jobs of the repo %d',
			$farm->number( $farm->repo, 'SELECT COUNT(*) FROM {wb_changes}' ), array_sum( $jobs ) ) );
		if ( microtime( true ) > $deadline ) {
			$writer->kill();
			$runners->kill();
			throw new RuntimeException( 'not at the end within ' . LIMIT . ' s; jobs left: ' . json_encode( $jobs ) );
		}
		usleep( 20_000 );
	} while ( $writing || $runners->areRunning() || array_sum( $jobs ) > 0 );
	$writer->assertSuccess();
	$progress->clear();
}

function report( Farm $farm, DeliveryRecord $record, int $count, int $processes ): int {
	$last = $farm->lastChange();
	$report = new Report();
	$due = ( new Data( Data::DEFAULT_FOLDER ) )->expectedDeliveries( $last );
	$report->compare( $record, $due, repeatsAllowed: false );
	$report->faultIf( !$farm->isUpToDate(), "not every client has seen the last change: {$farm->positions()}" );
	$passes = array_sum( array_map( $record->notifications( ... ), $farm->wikis ) );
	$runners = $processes > 1 ? "a runner with $processes forks" : 'two runners';
	echo "$count edits while $runners worked, in $passes passes.\n";
	$report->faultIf( $passes < $count / 10,
		"only $passes passes for $count edits: the runners had too little to do at the same time" );
	// MediaWiki's queue looks for a twin first and inserts then. Two who push at once both find none, where the
	// database lets them: one for each process, and the writer.
	$allowed = $processes === 1 ? 1 : $processes + 1;
	foreach ( [ 'wikibase-dispatch-trigger', 'wikibase-dispatch-client' ] as $type ) {
		$most = $record->mostWaiting( $type );
		$each = $type === 'wikibase-dispatch-client' ? ' per client' : '';
		echo "Waiting at once, at most: $most $type$each\n";
		$report->faultIf( $most < 1 || $most > $allowed,
			"$most $type have waited at once for the same purpose, $allowed should at most" );
	}
	return $report->end( 'Delivered is exactly what was due, for every client.' );
}
