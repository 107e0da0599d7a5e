<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Notices;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Reasons;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;

/**
 * The status as text: the headline first, then what else should be known, then a line for each client, the most lagged
 * first.
 */
final class StatusText {

	/**
	 * @param FarmStatus $status
	 * @param int $rows that there is room for; of the clients, the least lagged are left out
	 * @param int $columns that sentences are to fit in
	 */
	public static function of( FarmStatus $status, int $rows = PHP_INT_MAX, int $columns = PHP_INT_MAX ): string {
		$headline = ucfirst( $status->health()->value ) . " ({$status->reason()}): " . Reasons::sentence( $status );
		$wrap = static fn ( string $sentence ) => explode( "\n", wordwrap( $sentence, $columns ) );
		$notices = array_merge( ...array_map( $wrap, Notices::sentences( $status ) ) );
		$head = [ ...$wrap( $headline ), self::numbers( $status ), ...$notices, '' ];
		$clients = $status->clients();
		// The line above the clients, and that of the cursor.
		$room = max( 1, $rows - count( $head ) - 2 );
		$shown = count( $clients ) > $room ? array_slice( $clients, 0, max( 1, $room - 1 ) ) : $clients;
		$width = max( array_map( static fn ( ClientStatus $client ) => strlen( $client->siteId() ), $shown ) ?: [ 0 ] );
		$width = max( $width, strlen( 'client' ) );
		$titles = self::row( $width, 'client', 'lag', 'changes', 'last pass', 'rollout', 'format', 'state' );
		$lines = [ ...$head, $titles ];
		foreach ( $shown as $client ) {
			$lines[] = self::client( $width, $client, $status->takenAt() );
		}
		if ( count( $shown ) < count( $clients ) ) {
			$lines[] = '… and ' . ( count( $clients ) - count( $shown ) ) . ' more that lag less';
		}
		return implode( "\n", $lines ) . "\n";
	}

	private static function numbers( FarmStatus $status ): string {
		$lag = $status->medianLag();
		$rate = static fn ( ?float $rate, string $what ) => $rate === null
			? '' : ', ' . round( $rate, 1 ) . " a minute $what";
		return Spans::moment( $status->takenAt() ) . ": {$status->waiting()} waiting, horizon {$status->horizon()}, "
			. "newest {$status->newest()}"
			. $rate( $status->changesPerMinuteIn(), 'in' )
			. $rate( $status->deliveredPerMinute(), 'delivered' )
			. ( $lag === null ? '' : ', median lag ' . Spans::span( $lag ) );
	}

	private static function client( int $width, ClientStatus $client, int $now ): string {
		$siteId = $client->siteId();
		if ( !$client->isOurs() ) {
			$why = $client->lastError() === null ? '' : ": {$client->lastError()}";
			return self::row( $width, $siteId, '-', '-', '-', $client->rollout(), '-', $client->condition() . $why );
		}
		return self::row(
			$width, $siteId, Spans::span( $client->lagSeconds() ), (string)$client->pending(),
			Spans::ago( $client->lastPass(), $now ), $client->rollout(), $client->format() ?? '-',
			self::state( $client, $now )
		);
	}

	private static function state( ClientStatus $client, int $now ): string {
		$until = $client->claimedUntil() ?? $client->restingUntil()
			?? ( $client->condition() === 'not-due' ? $client->dueAt() : null );
		return $client->condition()
			. ( $until === null ? '' : ' for ' . Spans::span( $until - $now ) )
			. ( $client->failures() > 0 ? ", failures: {$client->failures()}" : '' )
			. ( $client->lastError() === null ? '' : ", last: {$client->lastError()}" );
	}

	private static function row( int $width, string $site, string ...$cells ): string {
		return sprintf( "%-{$width}s  %10s  %8s  %-14s  %-8s %-13s  %s", $site, ...$cells );
	}
}
