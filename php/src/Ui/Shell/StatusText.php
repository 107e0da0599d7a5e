<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Notices;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Reasons;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;

/**
 * The status as text: the headline first, then what else should be known, then a line for each client, the most lagged
 * first.
 */
final class StatusText {

	private const COLUMNS = [
		'column-client', 'column-lag', 'column-pending', 'column-pass', 'column-rollout', 'column-format',
		'column-condition',
	];

	private const INDENT = '    ';

	public function __construct( private readonly PlainText $words ) {
	}

	/**
	 * @param FarmStatus $status
	 * @param ClientChoice $choice
	 * @param int $rows that there is room for; of the clients, the least lagged are left out
	 * @param int|null $columns that a line is cut to: what must be seen is then written below, not beside
	 * @return list<Line>
	 */
	public function lines(
		FarmStatus $status, ClientChoice $choice, int $rows = PHP_INT_MAX, ?int $columns = null
	): array {
		$lines = $this->head( $status, $columns ?? PHP_INT_MAX );
		$clients = $choice->shown( $status );
		$titles = array_map( fn ( string $name ) => $this->words->word( "status-$name" ), self::COLUMNS );
		$width = max( array_map( 'strlen', [
			$titles[0], ...array_map( static fn ( ClientStatus $client ) => $client->siteId(), $clients ),
		] ) );
		$lines[] = new Line( self::row( $width, ...$titles ) );
		// For the line that counts what is left out, and that of the cursor.
		$room = $rows - count( $lines ) - 2;
		$blocks = array_map(
			fn ( ClientStatus $client ) => $this->client( $width, $client, $status->takenAt(), $columns !== null ),
			$clients
		);
		$shown = self::fitting( $blocks, $room );
		$lines = array_merge( $lines, ...array_slice( $blocks, 0, $shown ) );
		$total = count( $choice->matching( $status ) );
		if ( $shown < $total ) {
			$lines[] = new Line( '… and ' . ( $total - $shown ) . ' more that lag less' );
		} elseif ( $total === 0 && $status->clients() !== [] ) {
			$lines[] = new Line( 'No client matches.' );
		}
		return $lines;
	}

	/**
	 * @return list<Line>
	 */
	private function head( FarmStatus $status, int $columns ): array {
		$wrap = static fn ( string $text, Style $style ) => array_map(
			static fn ( string $line ) => new Line( $line, $style ), explode( "\n", wordwrap( $text, $columns ) )
		);
		return array_merge(
			$wrap( $this->headline( $status ), self::styleOf( $status->health() ) ),
			$wrap( self::numbers( $status ), Style::Plain ),
			...array_map( static fn ( string $notice ) => $wrap( $notice, Style::Plain ), $this->notices( $status ) ),
			...[ [ new Line( '' ) ] ]
		);
	}

	/**
	 * How many blocks there is room for: all, or one at least.
	 *
	 * @param list<list<Line>> $blocks
	 * @param int $room
	 */
	private static function fitting( array $blocks, int $room ): int {
		foreach ( $blocks as $i => $block ) {
			$room -= count( $block );
			if ( $room < 0 && !( $room === -1 && $i === count( $blocks ) - 1 ) ) {
				return max( 1, $i );
			}
		}
		return count( $blocks );
	}

	private static function styleOf( Health $health ): Style {
		return match ( $health ) {
			Health::Healthy => Style::Good,
			Health::Lagging => Style::Doubtful,
			Health::Stuck => Style::Bad,
			Health::Untried => Style::Plain,
		};
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

	/**
	 * @return list<Line>
	 */
	private function client( int $width, ClientStatus $client, int $now, bool $isErrorBelow ): array {
		$style = ClientChoice::isProblem( $client ) ? Style::Bad : Style::Plain;
		$rollout = $this->words->word( "status-rollout-{$client->rollout()}" );
		$error = $client->lastError() === null ? '' : "last error: {$client->lastError()}";
		$state = implode( '; ', array_filter(
			[ ...$this->state( $client, $now ), $isErrorBelow ? '' : $error ]
		) );
		$row = $client->isOurs()
			? self::row(
				$width, $client->siteId(), Spans::span( $client->lagSeconds() ), (string)$client->pending(),
				Spans::ago( $client->lastPass(), $now ), $rollout, $client->format() ?? '-', $state
			)
			: self::row( $width, $client->siteId(), '-', '-', '-', $rollout, '-', $state );
		$lines = [ new Line( $row, $style ) ];
		return $isErrorBelow && $error !== '' ? [ ...$lines, new Line( self::INDENT . $error, $style ) ] : $lines;
	}

	/**
	 * @return list<string> the condition, and what else is to be said of it
	 */
	private function state( ClientStatus $client, int $now ): array {
		return [
			$this->words->word( "status-condition-{$client->condition()}" ) ?: $client->condition(),
			self::until( 'claimed for ', $client->claimedUntil(), $now ),
			self::until( 'next attempt in ', $client->restingUntil(), $now ),
			$client->condition() === 'not-due' ? self::until( 'due in ', $client->dueAt(), $now ) : '',
			$client->failures() > 0 ? "failures in a row: {$client->failures()}" : '',
		];
	}

	private static function until( string $what, ?int $moment, int $now ): string {
		return $moment === null ? '' : $what . Spans::span( $moment - $now );
	}

	private static function row( int $width, string $site, string ...$cells ): string {
		return sprintf( "%-{$width}s  %10s  %11s  %-15s  %-8s %-13s  %s", $site, ...$cells );
	}
}
