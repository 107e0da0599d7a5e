<?php
/**
 * A long run on MariaDB at several times Wikidata's rate, while everything that can go wrong does: see Accidents. In
 * the end every client has got everything that was due to it (G1), what it has seen never went back (G2), and how long
 * it took is drawn. Repeats are allowed here, and counted (G3). No log holds the password of the database (G13).
 *
 * Usage: php soak.php FARM MINUTES RATE SEED [RECORD]
 *
 * FARM: a fresh farm (see run, which creates it). RATE: changes a minute. SEED: to repeat the same random numbers, 0
 * for any; what the machine does in between differs. RECORD: a folder for soak.md and soak.svg.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use PDOException;
use RuntimeException;

require __DIR__ . '/../support/lib/autoload.php';

const RUNNERS = 2;
const WRITERS = 2;
/** Seconds without progress in the end after which something is wrong. */
const PATIENCE = 60;
/** Wikidata has several hundred; below this, no multiple of it was shown. */
const FEWEST_A_MINUTE = 1000;
/** Points of a line in the plot. */
const MOMENTS = 180;

[ , $folder, $minutes, $rate, $seed ] = $argv;
$farm = new Farm( $folder );
$seed = (int)$seed ?: random_int( 1, 999_999 );
mt_srand( $seed );
echo "seed $seed\n";
$log = "{$farm->folder}/log/dispatch.log";
putenv( "FARM_LOG=$log" );
$record = new DeliveryRecord( $farm );
$passes = new PassRecord( $farm );
$written = new WrittenChanges( $farm );
$runners = new RepoRunners( $farm, RUNNERS, mayFail: true );
$writers = new Writers( $farm, WRITERS, (int)$rate );
$accidents = new Accidents( $farm, $runners, $writers );
$progress = new Progress();
try {
	$record->install();
	$passes->install();
	$written->install();
	$farm->run( $farm->repo, Farm::SCRIPTS . '/LoadWiki.php', [ '--subscriptions' ] );
	$start = microtime( true );
	$enough = $start + 60 * (float)$minutes;
	while ( microtime( true ) < $enough ) {
		$accidents->tick();
		$writers->tend();
		$runners->tend();
		$record->takeAway();
		$progress->show( static fn () => "{$written->last()} changes, {$farm->positions()}" );
		usleep( 50_000 );
	}
	$end = microtime( true );
	$nudges = runToTheEnd( $farm, $writers, $runners, $record, $written, $progress );
} catch ( RuntimeException | PDOException $e ) {
	$progress->clear();
	fwrite( STDERR, "soak (seed $seed): " . $e->getMessage() . "\n" );
	exit( 1 );
} finally {
	$writers->kill();
	$runners->kill();
}
exit( report( $farm, $record, $passes, $written, $accidents, $runners, [ $start, $end ], $nudges, $argv[5] ?? null ) );

/**
 * Nothing goes wrong any more. The queue gives up a job on which three runners have died, and a writer may have been
 * killed before it could say what it had written: then the next edit finds what is left. One must be enough.
 *
 * @return int how often that was needed
 */
function runToTheEnd(
	Farm $farm,
	Writers $writers,
	RepoRunners $runners,
	DeliveryRecord $record,
	WrittenChanges $written,
	Progress $progress
): int {
	$writers->enough();
	$nudges = 0;
	$before = '';
	$since = microtime( true );
	do {
		$writers->tend();
		$jobs = $runners->tend();
		$record->takeAway();
		$isUpToDate = $farm->leastSeen() === $written->last();
		$isQuiet = !$writers->areRunning() && !$runners->areRunning();
		if ( $isQuiet && !$isUpToDate && !$jobs['ready'] && !$jobs['claimed'] ) {
			if ( $nudges > 0 ) {
				throw new RuntimeException( "clients are behind and nobody looks after them: {$farm->positions()}" );
			}
			$farm->run( $farm->repo, Farm::SCRIPTS . '/Announce.php' );
			$nudges++;
		}
		$now = $farm->positions() . ' jobs ' . json_encode( $jobs );
		if ( $now !== $before ) {
			$before = $now;
			$since = microtime( true );
		} elseif ( microtime( true ) > $since + PATIENCE ) {
			throw new RuntimeException( 'no progress for ' . PATIENCE . " s: $now" );
		}
		$progress->show( static fn () => "in the end: $now" );
		usleep( 50_000 );
	} while ( !$isQuiet || !$isUpToDate );
	$progress->clear();
	return $nudges;
}

/**
 * @param Farm $farm
 * @param DeliveryRecord $record
 * @param PassRecord $passes
 * @param WrittenChanges $written
 * @param Accidents $accidents
 * @param RepoRunners $runners
 * @param array{float,float} $time from when to when changes were written
 * @param int $nudges
 * @param ?string $folder where the record goes
 */
function report(
	Farm $farm,
	DeliveryRecord $record,
	PassRecord $passes,
	WrittenChanges $written,
	Accidents $accidents,
	RepoRunners $runners,
	array $time,
	int $nudges,
	?string $folder
): int {
	$committed = $written->committed();
	$due = WrittenChanges::due( $committed );
	$report = new Report();
	$report->compare( $record, $due, repeatsAllowed: true );
	$times = $written->times();
	$minute = static fn ( float $moment ) => ( $moment - $time[0] ) / 60;
	$delays = [];
	foreach ( $due as $client => $changes ) {
		foreach ( array_intersect_key( $record->times( $client ), $changes ) as $id => $arrived ) {
			$delays[] = [ $minute( $times[$id] ), $arrived - $times[$id] ];
		}
	}
	$seconds = array_column( $delays, 1 );
	sort( $seconds );
	$last = count( $seconds ) - 1;
	$share = static fn ( float $share ) => sprintf( '%.2f s', $seconds[(int)( $share * $last )] ?? 0 );
	$minutes = $minute( $time[1] );
	$rate = (int)( count( $committed ) / $minutes );
	$back = $passes->findings()['back'];
	$lines = [
		'minutes' => sprintf( '%.1f', $minutes ),
		'changes' => count( $committed ) . " ($rate a minute), and {$written->rolledBack()} rolled back",
	] + $accidents->counts() + [
		'job runners' => "{$runners->started()}, of which {$runners->failed()} ended by an error",
		'deliveries expected' => $report->due,
		'delivered' => $report->delivered,
		'lost' => $report->lost,
		'repeated' => $report->repeats,
		'times chd_seen went back' => array_sum( $back ),
		'edits needed in the end' => $nudges,
		'changes not pruned yet' => $farm->number( $farm->repo, 'SELECT COUNT(*) FROM {wb_changes}' ),
		'from written to queued' => "median {$share( 0.5 )}, 95 % {$share( 0.95 )}, 99 % {$share( 0.99 )}, "
			. "slowest {$share( 1 )}",
	];
	foreach ( $lines as $name => $value ) {
		printf( "%-25s %s\n", "$name:", $value );
	}
	$plot = new Plot(
		"From written to queued, $rate changes a minute",
		Axis::linear( 'minutes', $minutes, $minutes > 12 ? 5 : ( $minutes > 4 ? 1 : 0.5 ) ),
		Axis::ofPowers( 'seconds', [ 0.01, 100 ] ),
		lines( $delays, $minutes ),
		events: [ 'the server goes away' => array_map( $minute, $accidents->outages() ) ]
	);
	file_put_contents( ( $folder ?? $farm->folder ) . '/soak.svg', $plot->svg() );
	$report->faultIf( $back !== [], 'chd_seen went back' );
	foreach ( glob( "{$farm->folder}/log/*" ) as $log ) {
		$report->faultIf( str_contains( file_get_contents( $log ), $farm->databases->password() ),
			'the password of the database is in ' . basename( $log ) );
	}
	$report->faultIf( $rate < FEWEST_A_MINUTE, "only $rate changes a minute" );
	$counts = $accidents->counts();
	$report->faultIf( count( $counts ) < 6 || in_array( 0, $counts, true ),
		'too little went wrong for this to show anything' );
	$code = $report->end( 'Nothing was lost: expected = delivered.' );
	if ( $folder !== null ) {
		file_put_contents( "$folder/soak.md", record( $lines, $code === 0 ) );
	}
	return $code;
}

/**
 * How long changes took over the time of the run: the middle one of each moment, and the slowest.
 *
 * @param list<array{float,float}> $delays minute at which a change was written, and seconds to a client's queue
 * @param float $minutes
 * @return array<string,list<array{float,float}>> name => points
 */
function lines( array $delays, float $minutes ): array {
	$width = $minutes / MOMENTS;
	$moments = [];
	foreach ( $delays as [ $minute, $seconds ] ) {
		$moments[(int)( $minute / $width )][] = $seconds;
	}
	ksort( $moments );
	$lines = [ 'median' => [], 'slowest' => [] ];
	foreach ( $moments as $moment => $seconds ) {
		sort( $seconds );
		$lines['median'][] = [ ( $moment + 0.5 ) * $width, $seconds[intdiv( count( $seconds ), 2 )] ];
		$lines['slowest'][] = [ ( $moment + 0.5 ) * $width, end( $seconds ) ];
	}
	return $lines;
}

/**
 * @param array<string,int|string> $lines
 */
function record( array $lines, bool $isWell ): string {
	$lines = [
		'made' => gmdate( 'Y-m-d' ) . ' by `make soak`, on MariaDB and ' . (int)shell_exec( 'nproc' ) . ' cores',
		'result' => $isWell ? 'nothing was lost' : 'FAILED',
	] + $lines;
	$rows = array_map( static fn ( $name, $value ) => "| $name | $value |", array_keys( $lines ), $lines );
	return "# The long run\n\nWritten by `make soak`: see [testing](testing.md#the-long-run).\n\n"
		. "<!-- soak record -->\n| | |\n|---|---|\n" . implode( "\n", $rows ) . "\n<!-- end -->\n\n"
		. "![How long changes took to the clients' queues](soak.svg)\n";
}
