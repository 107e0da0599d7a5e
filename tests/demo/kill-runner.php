<?php
/**
 * Kills the repo's job runner again and again at random moments (kill -9), starts it anew each time, and shows that in
 * the end every client has got everything that was due to it (G1). Repeats are allowed here, and counted (G3).
 *
 * Usage: php kill-runner.php FARM [SEED]
 *
 * FARM: a fresh farm whose claims expire quickly and whose batches are small, so that there is much to interrupt (see
 * kill-runner, which creates it). SEED: to repeat the same random numbers; what the machine does in between differs.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDemo;

use RuntimeException;

require __DIR__ . '/lib/autoload.php';

const KILLS = 15;
const LIMIT = 240;

$farm = new Farm( $argv[1] );
$seed = (int)( $argv[2] ?? random_int( 1, 999_999 ) );
mt_srand( $seed );
echo "seed $seed\n";
$record = new DeliveryRecord( $farm );
$progress = new Progress();
$deadline = microtime( true ) + LIMIT;

try {
	$record->install();
	$farm->run( $farm->repo, __DIR__ . '/LoadWiki.php', [ '--subscriptions' ] );
	$farm->run( $farm->repo, __DIR__ . '/WriteChanges.php' );
	$nudges = 0;
	$kills = killOften( $farm, $record, $progress, $deadline, $nudges );
	runToTheEnd( $farm, $record, $progress, $deadline, $nudges );
} catch ( RuntimeException $e ) {
	fwrite( STDERR, "kill-runner (seed $seed): " . $e->getMessage() . "\n" );
	exit( 1 );
}
exit( report( $farm, $record, $kills, $nudges, $seed ) ? 0 : 1 );

function arrived( Farm $farm, DeliveryRecord $record ): int {
	return array_sum( array_map( $record->notifications( ... ), $farm->wikis ) );
}

/**
 * The queue gives up a job on which three runners have died. Then an edit has to find what is left, as it would on any
 * wiki where edits go on.
 */
function editIfGivenUp( Farm $farm, int &$nudges ): void {
	$jobs = $farm->jobs( $farm->repo );
	if ( !$jobs['ready'] && !$jobs['claimed'] && !isUpToDate( $farm ) ) {
		$farm->run( $farm->repo, __DIR__ . '/Announce.php' );
		$nudges++;
	}
}

/**
 * Each time the moment is: so many more notifications have arrived, and then a random instant, half of them very short,
 * so that the signal also falls between two pushes and between a push and the record of it.
 *
 * @return int kills that met a living runner
 */
function killOften(
	Farm $farm, DeliveryRecord $record, Progress $progress, float $deadline, int &$nudges
): int {
	$kills = 0;
	while ( $kills < KILLS ) {
		$before = arrived( $farm, $record );
		$more = mt_rand( 1, 6 );
		$instant = mt_rand( 0, 1 ) ? mt_rand( 0, 2_000 ) : mt_rand( 0, 25_000 );
		$runner = $farm->start( $farm->repo, 'runJobs' );
		while ( $runner->isRunning() && arrived( $farm, $record ) < $before + $more ) {
			if ( microtime( true ) > $deadline ) {
				$runner->kill();
				throw new RuntimeException( "only $kills kills within " . LIMIT . ' s' );
			}
			usleep( 1_000 );
		}
		usleep( $instant );
		if ( $runner->kill() ) {
			$kills++;
			$progress->note( sprintf( 'kill %d, %.1f ms after notification %d', $kills, $instant / 1000,
				arrived( $farm, $record ) ) );
		} elseif ( isUpToDate( $farm ) ) {
			throw new RuntimeException( "everything was dispatched after $kills kills: too little to interrupt" );
		} else {
			// It found nothing to do while the claims of its dead predecessors last.
			$runner->assertSuccess();
			editIfGivenUp( $farm, $nudges );
		}
	}
	return $kills;
}

function runToTheEnd(
	Farm $farm, DeliveryRecord $record, Progress $progress, float $deadline, int &$nudges
): void {
	while ( !isUpToDate( $farm ) ) {
		if ( microtime( true ) > $deadline ) {
			throw new RuntimeException( 'not at the end within ' . LIMIT . ' s: ' . positions( $farm ) );
		}
		if ( $farm->jobs( $farm->repo )['ready'] ) {
			$runner = $farm->start( $farm->repo, 'runJobs' );
			while ( $runner->isRunning() ) {
				$progress->show( static fn () => arrived( $farm, $record ) . ' notifications, ' . positions( $farm ) );
				if ( microtime( true ) > $deadline ) {
					$runner->kill();
				}
				usleep( 50_000 );
			}
			$runner->assertSuccess();
		}
		editIfGivenUp( $farm, $nudges );
		usleep( 50_000 );
	}
	$progress->clear();
}

function isUpToDate( Farm $farm ): bool {
	$last = $farm->lastChange();
	foreach ( $farm->wikis as $client ) {
		if ( $farm->seen( $client ) !== $last ) {
			return false;
		}
	}
	return true;
}

function positions( Farm $farm ): string {
	$texts = [];
	foreach ( $farm->wikis as $client ) {
		$texts[] = "$client " . ( $farm->seen( $client ) ?? 'none' );
	}
	return 'seen: ' . implode( ' ', $texts ) . " of {$farm->lastChange()}";
}

function report( Farm $farm, DeliveryRecord $record, int $kills, int $nudges, int $seed ): bool {
	$due = ( new Data( Data::DEFAULT_FOLDER ) )->expectedDeliveries();
	$faults = [];
	$row = "%-10s %9s %10s %8s %8s\n";
	echo "\n";
	printf( $row, 'client', 'due', 'delivered', 'lost', 'repeats' );
	foreach ( $farm->wikis as $client ) {
		$comparison = new Comparison( $client, $due[$client], $record->changes( $client ) );
		printf( $row, $client, count( $comparison->due ), $comparison->delivered, count( $comparison->lost ),
			$comparison->repeats );
		array_push( $faults, ...$comparison->faults( repeatsAllowed: true ) );
	}
	echo "\nThe repo's job runner was killed $kills times; seed $seed.\n";
	if ( $nudges ) {
		echo "The queue gives up a job on which three runners have died. It took $nudges more "
			. ( $nudges === 1 ? 'edit' : 'edits' ) . " to have the rest found.\n";
	}
	if ( $faults ) {
		echo "NOT as it should be:\n  " . implode( "\n  ", $faults ) . "\n";
		return false;
	}
	echo "Nothing was lost.\n";
	return true;
}
