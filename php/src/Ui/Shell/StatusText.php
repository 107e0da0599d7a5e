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

	private const COLUMNS = [
		'column-client', 'column-lag', 'column-pending', 'column-pass', 'column-rollout', 'column-format',
		'column-condition',
	];

	public function __construct( private readonly PlainText $words ) {
	}

	/**
	 * @param FarmStatus $status
	 * @param int $rows that there is room for; of the clients, the least lagged are left out
	 * @param int $columns that sentences are to fit in
	 */
	public function of( FarmStatus $status, int $rows = PHP_INT_MAX, int $columns = PHP_INT_MAX ): string {
		$wrap = static fn ( string $sentence ) => explode( "\n", wordwrap( $sentence, $columns ) );
		$notices = array_merge( ...array_map( $wrap, $this->notices( $status ) ) );
		$head = [ ...$wrap( $this->headline( $status ) ), self::numbers( $status ), ...$notices, '' ];
		$clients = $status->clients();
		// The line above the clients, and that of the cursor.
		$room = max( 1, $rows - count( $head ) - 2 );
		$shown = count( $clients ) > $room ? array_slice( $clients, 0, max( 1, $room - 1 ) ) : $clients;
		$titles = array_map( fn ( string $name ) => $this->words->word( "status-$name" ), self::COLUMNS );
		$names = array_map( static fn ( ClientStatus $client ) => $client->siteId(), $shown );
		$width = max( array_map( 'strlen', [ $titles[0], ...$names ] ) );
		$lines = [ ...$head, self::row( $width, ...$titles ) ];
		foreach ( $shown as $client ) {
			$lines[] = $this->client( $width, $client, $status->takenAt() );
		}
		if ( count( $shown ) < count( $clients ) ) {
			$lines[] = '… and ' . ( count( $clients ) - count( $shown ) ) . ' more that lag less';
		}
		return implode( "\n", $lines ) . "\n";
	}

	private function headline( FarmStatus $status ): string {
		$health = $status->health()->value;
		return $this->words->word( "status-health-$health" ) . " ({$status->reason()}): "
			. $this->words->paragraph( array_filter( [ Reasons::cause( $status ), Reasons::remedy( $status ) ] ) );
	}

	/**
	 * @return list<string>
	 */
	private function notices( FarmStatus $status ): array {
		return array_map(
			fn ( array $notice ) => in_array( $notice[0], $status->warnings(), true )
				? "Warning ({$notice[0]}): " . $this->words->text( $notice[1] )
				: $this->words->text( $notice[1] ),
			Notices::of( $status )
		);
	}

	private static function numbers( FarmStatus $status ): string {
		$lag = $status->medianLag();
		$rate = static fn ( ?float $rate, string $what ) => $rate === null
			? '' : ', ' . round( $rate, 1 ) . "/min $what";
		return Spans::moment( $status->takenAt() ) . ": {$status->waiting()} undelivered, safe to dispatch up to "
			. "change {$status->horizon()} of {$status->newest()}"
			. $rate( $status->changesPerMinuteIn(), 'in' )
			. $rate( $status->deliveredPerMinute(), 'delivered' )
			. ( $lag === null ? '' : ', median lag ' . Spans::span( $lag ) );
	}

	private function client( int $width, ClientStatus $client, int $now ): string {
		$rollout = $this->words->word( "status-rollout-{$client->rollout()}" );
		$state = $this->state( $client, $now );
		return $client->isOurs()
			? self::row(
				$width, $client->siteId(), Spans::span( $client->lagSeconds() ), (string)$client->pending(),
				Spans::ago( $client->lastPass(), $now ), $rollout, $client->format() ?? '-', $state
			)
			: self::row( $width, $client->siteId(), '-', '-', '-', $rollout, '-', $state );
	}

	private function state( ClientStatus $client, int $now ): string {
		$failures = $client->failures();
		$parts = [
			$this->words->word( "status-condition-{$client->condition()}" ) ?: $client->condition(),
			self::until( 'claimed for ', $client->claimedUntil(), $now ),
			self::until( 'next attempt in ', $client->restingUntil(), $now ),
			$client->condition() === 'not-due' ? self::until( 'due in ', $client->dueAt(), $now ) : '',
			$failures > 0 ? 'failures in a row: ' . $failures : '',
			$client->lastError() === null ? '' : "last error: {$client->lastError()}",
		];
		return implode( '; ', array_filter( $parts ) );
	}

	private static function until( string $what, ?int $moment, int $now ): string {
		return $moment === null ? '' : $what . Spans::span( $moment - $now );
	}

	private static function row( int $width, string $site, string ...$cells ): string {
		return sprintf( "%-{$width}s  %10s  %11s  %-15s  %-8s %-13s  %s", $site, ...$cells );
	}
}
