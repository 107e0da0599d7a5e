<?php
/**
 * Empties the clients' job queues and kills their job runners again and again, while the repo dispatches, and has one
 * change kill every runner that handles it. Shows that each client handles everything in the end (G16), that recent
 * changes are written exactly once, and that the one change is set aside, alone and by its id.
 *
 * Usage: php lossy-queue.php FARM QUEUE COUNT KILLS [SEED]
 *
 * FARM: a fresh farm with a short `acknowledgeWithin`. QUEUE: `database` or `redis`, where jobs are; what is lost in
 * each is said in lib/DatabaseQueues.php and lib/RedisQueues.php. COUNT: changes. KILLS: how many runners are killed.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

require __DIR__ . '/../support/lib/autoload.php';

const EMPTIED = 5;
/** Seconds after the last accident. */
const PATIENCE = 600;
/** Seconds between two edits after it: a change is set aside only when its client has handled others since. */
const QUIET = 15;

$farm = new Farm( $argv[1] );
$count = (int)$argv[3];
$kills = (int)$argv[4];
$seed = (int)( $argv[5] ?? random_int( 1, 999_999 ) );
mt_srand( $seed );
$progress = new Progress();

try {
	putenv( "FARM_LOG={$farm->folder}/dispatch.log" );
	$queues = $argv[2] === 'redis' ? new RedisQueues( $farm ) : new DatabaseQueues( $farm );
	$queues->install();
	foreach ( $farm->wikis as $wiki ) {
		$farm->run( $wiki, Farm::SCRIPTS . '/LoadWiki.php', $wiki === $farm->repo ? [ '--subscriptions' ] : [] );
	}
	$farm->databases->mark( $farm->repo, $farm->wikis, 'native,receipts' );
	$fatal = new FatalEntity( 'enwiki', $count );
	$fatal->kill( true );
	$clients = new LossyClients( $farm, $queues );
	$writer = $farm->start( $farm->repo, Farm::SCRIPTS . '/WriteChanges.php',
		[ '--per-transaction', '10', '--count', (string)$count ] );
	$began = accidents( $farm, $queues, $clients, $writer, $progress, $kills );
	$seconds = toTheEnd( $farm, $queues, $clients, $progress, $began, $count );
	$fatal->kill( false );
	exit( report( $farm, $queues, $clients, $fatal, $count, $seconds, $seed ) );
} catch ( RuntimeException $e ) {
	$progress->clear();
	isset( $clients ) && $clients->stop();
	isset( $writer ) && $writer->kill();
	fwrite( STDERR, "lossy-queue (seed $seed): " . $e->getMessage() . "\n" );
	exit( 1 );
}

/**
 * Until everything was written, and enough runners were killed and queues emptied.
 *
 * @return float when the last accident was
 */
function accidents(
	Farm $farm, Queues $queues, LossyClients $clients, Process $writer, Progress $progress, int $kills
): float {
	$repo = new RepoRunners( $farm, 1, queues: $queues );
	$visit = 0.0;
	$deadline = microtime( true ) + 15 * 60;
	while ( $writer->isRunning() || $clients->killed < $kills || $clients->emptied < EMPTIED ) {
		$repo->tend();
		$clients->tend();
		$clients->killSome();
		// All along: the last ones when there is little else.
		if ( $clients->killed >= $kills * ( $clients->emptied + 1 ) / EMPTIED ) {
			$clients->emptySome();
		}
		if ( microtime( true ) > $visit ) {
			// Somebody visits the repo, or edits.
			$farm->run( $farm->repo, Farm::SCRIPTS . '/Announce.php' );
			$visit = microtime( true ) + 3;
		}
		$progress->show( static fn () => "{$clients->killed} runners killed, {$clients->emptied} queues emptied, "
			. $farm->positions() );
		if ( microtime( true ) > $deadline ) {
			throw new RuntimeException( "only {$clients->killed} kills and {$clients->emptied} queues emptied" );
		}
		usleep( 20_000 );
	}
	$writer->assertSuccess();
	while ( $repo->areRunning() ) {
		$repo->tend();
		usleep( 20_000 );
	}
	return microtime( true );
}

/**
 * The wiki goes on being edited, now and then.
 *
 * @return float seconds that it took since the last accident
 */
function toTheEnd(
	Farm $farm, Queues $queues, LossyClients $clients, Progress $progress, float $began, int $written
): float {
	$repo = new RepoRunners( $farm, 1, queues: $queues );
	$visit = 0.0;
	$edit = microtime( true ) + QUIET;
	do {
		$repo->tend();
		$clients->tend();
		if ( microtime( true ) > $edit ) {
			$farm->run( $farm->repo, Farm::SCRIPTS . '/WriteChanges.php',
				[ '--after', (string)$written, '--count', '10' ] );
			$written += 10;
			$edit = microtime( true ) + QUIET;
		}
		if ( microtime( true ) > $visit ) {
			$farm->run( $farm->repo, Farm::SCRIPTS . '/Announce.php' );
			$left = $clients->unhandled();
			$visit = microtime( true ) + 3;
		}
		$progress->show( static fn () => 'not handled yet: ' . json_encode( $left ) );
		if ( microtime( true ) > $began + PATIENCE ) {
			throw new RuntimeException( 'not handled after ' . PATIENCE . ' s: ' . json_encode( $left ) );
		}
		usleep( 50_000 );
	} while ( array_sum( $left ) > 0 );
	$seconds = microtime( true ) - $began;
	$clients->finish();
	$progress->note( 'everything was handled' );
	return $seconds;
}

function report(
	Farm $farm, Queues $queues, LossyClients $clients, FatalEntity $fatal, int $count, float $seconds, int $seed
): int {
	$report = new Report();
	$written = array_sum( array_map( $farm->recentChanges( ... ), $farm->wikis ) );
	$doubled = $clients->doubled();
	$aside = $farm->rows( $farm->repo, 'SELECT cas_site, cas_change, cas_entity FROM {wb_changes_aside}' );
	$pushed = $queues->notifications();
	$sentAgain = logged( '/has not confirmed (\d+) changes/' );
	$handled = logged( '/handled (\d+) changes of/' );
	$missing = $clients->missing( $fatal->entity );
	printf(
		"changes: %d, notifications pushed: %d, lost by the queue: %d, changes sent again: %d, handled: %d, runners " .
		"killed: %d (and %d by the fatal change), queues emptied: %d, recent changes: %d, doubled: %d, missing: %d, " .
		"set aside: %s; all was handled %.0f s after the last accident; seed %d\n",
		$count, $pushed, $clients->lost, $sentAgain, $handled, $clients->killed, $clients->died, $clients->emptied,
		$written, $doubled, $missing, json_encode( array_column( $aside, 'cas_entity', 'cas_site' ) ), $seconds, $seed
	);
	$report->faultIf( $sentAgain === 0, 'nothing was sent again: the test shows nothing' );
	$report->faultIf( $clients->lost === 0, 'no notification was lost: the test shows nothing' );
	$report->faultIf( $written === 0, 'no recent change was written: the test shows nothing' );
	$report->faultIf( $doubled > 0, "$doubled recent changes were written twice" );
	$report->faultIf( $missing > 0, "$missing recent changes were missing" );
	$report->faultIf( array_column( $aside, 'cas_entity', 'cas_site' ) !== [ $fatal->client => $fatal->entity ],
		"only the change of {$fatal->entity} was to be set aside, for {$fatal->client}" );
	return $report->end( 'Everything was handled, and nothing twice.' );
}

/** The sum of a number that the farm's log tells. */
function logged( string $pattern ): int {
	preg_match_all( $pattern, (string)file_get_contents( (string)getenv( 'FARM_LOG' ) ), $matches );
	return array_sum( array_map( 'intval', $matches[1] ) );
}
