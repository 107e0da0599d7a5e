<?php
/**
 * Wikibase's dispatching and ours side by side, on two farms that exist already (`tests/host/latency` makes them).
 *
 * Usage: php run.php FOLDER QUEUES RATES SECONDS ROUNDS POLL
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTiming;

use RuntimeException;

require __DIR__ . '/autoload.php';

const PATIENCE = 180;
const IDLE = 10;
const ITEMS_PER_EDIT_A_SECOND = 12;
const LEAST_ITEMS = 100;

[ , $folder, $queues, $rates, $seconds, $rounds, $poll ] = $argv;
$rates = array_map( 'floatval', explode( ',', $rates ) );
$items = max( LEAST_ITEMS, (int)( max( $rates ) * ITEMS_PER_EDIT_A_SECOND ) );
pcntl_async_signals( true );
foreach ( [ SIGINT, SIGTERM, SIGHUP ] as $signal ) {
	pcntl_signal( $signal, static fn () => throw new RuntimeException( 'ended by a signal' ) );
}
$sides = [];
try {
	$sides = [
		new Side( 'Wikibase', "$folder/wikibase", $items ),
		new Side( 'ours', "$folder/ours", $items ),
	];
	foreach ( explode( ',', $queues ) as $queue ) {
		$figures = measure( $sides, $queue, $rates, (int)$seconds, (int)$rounds, (int)( 1000 * (float)$poll ) );
		report( $queue, $figures, (int)$seconds, $poll );
	}
	$code = 0;
	foreach ( $sides as $side ) {
		foreach ( array_slice( $side->failures(), 0, 5 ) as $failure ) {
			fwrite( STDERR, "{$side->name}: " . substr( $failure, 0, 600 ) . "\n" );
			$code = 1;
		}
	}
} catch ( RuntimeException $e ) {
	fwrite( STDERR, "latency: {$e->getMessage()}\n" );
	$code = 1;
} finally {
	array_map( static fn ( Side $side ) => $side->end(), $sides );
}
exit( $code );

/**
 * Segments of the two sides in turns, so that what else the machine does meets both.
 *
 * @param list<Side> $sides
 * @param string $queue
 * @param list<float> $rates
 * @param int $seconds
 * @param int $rounds
 * @param int $poll
 * @return array<string,array<string,Figures>> rate => side
 */
function measure( array $sides, string $queue, array $rates, int $seconds, int $rounds, int $poll ): array {
	$figures = [];
	foreach ( $sides as $side ) {
		$side->useQueue( $queue );
		$side->startRunners( $poll );
	}
	$idle = [];
	foreach ( $sides as $side ) {
		// Processes have started, and what is said once has been said.
		segment( $side, 2, 5 );
	}
	foreach ( $sides as $side ) {
		$idle[$side->name] = Spent::by( $side, static fn () => sleep( IDLE ) );
	}
	foreach ( $rates as $rate ) {
		for ( $round = 0; $round < $rounds; $round++ ) {
			foreach ( $round % 2 ? array_reverse( $sides ) : $sides as $side ) {
				fprintf( STDERR, "%s, %s: %g edits a second, round %d\n", $queue, $side->name, $rate, $round + 1 );
				$sum = $figures[(string)$rate][$side->name] ??= new Figures();
				$spent = Spent::by( $side, static fn () => segment( $side, $rate, $seconds ) );
				$sum->add( $side, $spent->beyond( $idle[$side->name] ) );
			}
		}
	}
	array_map( static fn ( Side $side ) => $side->stopRunners(), $sides );
	return $figures;
}

/** Edits, and waits until all has arrived, and for purges a little longer. */
function segment( Side $side, float $rate, int $seconds ): void {
	$side->forget();
	$side->edit( $rate, $seconds )->wait( 10 * $seconds + PATIENCE );
	$end = microtime( true ) + PATIENCE;
	$due = count( $side->changes() ) * count( $side->wikis );
	do {
		usleep( 500_000 );
		$arrived = 0;
		foreach ( $side->arrivals() as $client ) {
			$arrived += count( $client );
		}
		$purged = array_sum( array_map( 'count', $side->purges() ) );
		$isDone = $arrived >= $due && $purged === ( $purgedBefore ?? null );
		$purgedBefore = $purged;
		usleep( $arrived >= $due ? 2_500_000 : 0 );
	} while ( !$isDone && microtime( true ) < $end );
}

/** @param array<string,array<string,Figures>> $figures */
function report( string $queue, array $figures, int $seconds, string $poll ): void {
	$row = "%-9s %-6s %-9s %8s %8s %8s %8s %7s %11s %11s %11s %8s\n";
	printf( "\n$row", 'queue', 'edits/s', 'side', 'p50', 'p99', 'purge50', 'purge99', 'missing', 'stmts/edit',
		'PHP ms/edit', 'DB ms/edit', 'notif.' );
	foreach ( $figures as $rate => $sides ) {
		foreach ( $sides as $name => $figure ) {
			$time = static fn ( array $values, float $part ) =>
				sprintf( '%.3f', Figures::percentile( $values, $part ) );
			printf( $row, $queue, $rate, $name, $time( $figure->notified, 0.5 ), $time( $figure->notified, 0.99 ),
				$time( $figure->purged, 0.5 ), $time( $figure->purged, 0.99 ), $figure->missing,
				sprintf( '%.1f', $figure->spent->statements / $figure->edits ),
				sprintf( '%.2f', 1000 * $figure->spent->cpu / $figure->edits ),
				sprintf( '%.2f', 1000 * $figure->spent->databaseCpu / $figure->edits ), $figure->notifications );
		}
	}
	echo "Seconds from the commit; runners look again after $poll ms.\n";
}
