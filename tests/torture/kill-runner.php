<?php
/**
 * Kills job runners of the repo again and again at random moments (kill -9), while changes are written, and shows that
 * in the end every client has got everything that was due to it (G1, and on MariaDB G7). Repeats are allowed here, and
 * counted (G3).
 *
 * Usage: php kill-runner.php FARM [SEED]
 *
 * FARM: a fresh farm whose claims expire quickly and whose batches are small, so that there is much to interrupt (see
 * run, which creates it). SEED: to repeat the same random numbers; what the machine does in between differs.
 * KILLS in the environment: how many.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

require __DIR__ . '/../support/lib/autoload.php';

const RUNNERS = 2;
/** Seconds without a kill, or without progress in the end, after which something is wrong. */
const PATIENCE = 60;

$farm = new Farm( $argv[1] );
$seed = (int)( $argv[2] ?? random_int( 1, 999_999 ) );
$wanted = (int)( getenv( 'KILLS' ) ?: 200 );
mt_srand( $seed );
echo "seed $seed\n";
$record = new DeliveryRecord( $farm );
$written = new WrittenChanges( $farm );
$progress = new Progress();

try {
	$record->install();
	$written->install();
	$farm->run( $farm->repo, Farm::SCRIPTS . '/LoadWiki.php', [ '--subscriptions' ] );
	$until = "{$farm->folder}/enough";
	$writer = $farm->start( $farm->repo, __DIR__ . '/KeepWriting.php',
		[ '--farm', $farm->folder, '--until', $until, '--seed', (string)mt_rand() ] );
	try {
		$kills = killOften( $farm, $record, $progress, $writer, $wanted );
	} finally {
		touch( $until );
	}
	$nudges = runToTheEnd( $farm, $record, $progress, $writer );
} catch ( RuntimeException $e ) {
	$progress->clear();
	fwrite( STDERR, "kill-runner (seed $seed): " . $e->getMessage() . "\n" );
	exit( 1 );
}
exit( report( $written, $record, $kills, $nudges, $seed ) );

/**
 * Keeps the runners going, and kills each when its moment has come, until that has happened often enough.
 *
 * @return int how often a kill met a living runner
 */
function killOften( Farm $farm, DeliveryRecord $record, Progress $progress, Process $writer, int $wanted ): int {
	$kills = 0;
	$last = microtime( true );
	$arrivedBefore = 0;
	/** @var array<int,DoomedRunner> $runners */
	$runners = [];
	try {
		while ( $kills < $wanted ) {
			$arrived = $record->arrived();
			foreach ( $runners as $i => $runner ) {
				if ( $runner->killWhenDue( $arrived ) ) {
					$kills++;
					$last = microtime( true );
					unset( $runners[$i] );
				} elseif ( $runner->hasEnded() ) {
					unset( $runners[$i] );
				}
			}
			if ( count( $runners ) < RUNNERS && $farm->jobs( $farm->repo )['ready'] ) {
				$runners[] = new DoomedRunner( $farm->start( $farm->repo, 'runJobs' ), $arrived );
			}
			if ( $arrived > $arrivedBefore ) {
				$record->takeAway();
				$arrivedBefore = $arrived;
			}
			$progress->show( static fn () => "$kills kills, $arrived notifications, " . $farm->positions() );
			if ( !$writer->isRunning() ) {
				$writer->assertSuccess();
				throw new RuntimeException( 'the writer has stopped' );
			}
			if ( microtime( true ) > $last + PATIENCE ) {
				throw new RuntimeException( "only $kills kills, none for " . PATIENCE . ' s; ' . $farm->positions()
					. '; jobs ' . json_encode( $farm->jobs( $farm->repo ) ) );
			}
			usleep( 1_000 );
		}
		$progress->note( "$kills kills, {$record->arrived()} notifications, " . $farm->positions() );
	} catch ( RuntimeException $e ) {
		$writer->kill();
		throw $e;
	} finally {
		array_map( static fn ( DoomedRunner $runner ) => $runner->kill(), $runners );
	}
	return $kills;
}

/**
 * The queue gives up a job on which three runners have died. Then an edit has to find what is left, as it would on any
 * wiki where edits go on. Nothing else may need one, and one must be enough.
 *
 * @return int how often that was needed
 */
function runToTheEnd( Farm $farm, DeliveryRecord $record, Progress $progress, Process $writer ): int {
	$nudges = 0;
	$runner = null;
	$state = '';
	$since = microtime( true );
	while ( $writer->isRunning() || $runner || !$farm->isUpToDate() ) {
		if ( $runner && !$runner->isRunning() ) {
			$runner->assertSuccess();
			$runner = null;
		}
		$jobs = $farm->jobs( $farm->repo );
		if ( !$runner && $jobs['ready'] ) {
			$runner = $farm->start( $farm->repo, 'runJobs' );
		} elseif ( !$runner && !$jobs['claimed'] && !$writer->isRunning() && !$farm->isUpToDate() ) {
			if ( $nudges || !$jobs['abandoned'] ) {
				throw new RuntimeException( 'clients are behind and nobody looks after them, though the queue has '
					. 'given up no job: ' . $farm->positions() );
			}
			$farm->run( $farm->repo, Farm::SCRIPTS . '/Announce.php' );
			$nudges++;
		}
		$progress->show( static fn () => "in the end: {$record->arrived()} notifications, " . $farm->positions() );
		$now = $farm->positions();
		if ( $now !== $state ) {
			$state = $now;
			$since = microtime( true );
		} elseif ( microtime( true ) > $since + PATIENCE ) {
			$writer->kill();
			$runner?->kill();
			throw new RuntimeException( 'no progress for ' . PATIENCE . " s: $now; jobs " . json_encode( $jobs ) );
		}
		usleep( 20_000 );
	}
	$writer->assertSuccess();
	$progress->note( "everything was seen by every client: {$record->arrived()} notifications" );
	return $nudges;
}

function report( WrittenChanges $written, DeliveryRecord $record, int $kills, int $nudges, int $seed ): int {
	$committed = $written->committed();
	$report = new Report();
	$report->compare( $record, WrittenChanges::due( $committed ), repeatsAllowed: true );
	printf( "kills: %d, changes: %d (and %d rolled back), deliveries expected: %d, lost: %d, repeated: %d; seed %d\n",
		$kills, count( $committed ), $written->rolledBack(), $report->due, $report->lost, $report->repeats, $seed );
	if ( $nudges ) {
		echo "The queue gives up a job on which three runners have died. It took $nudges more "
			. ( $nudges === 1 ? 'edit' : 'edits' ) . " to have the rest found.\n";
	}
	return $report->end( 'Nothing was lost.' );
}
