<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Metrics;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusDocument;

/**
 * The status of dispatching as numbers, for Prometheus. What is not known is left out.
 */
final class StatusMetrics {

	/** Every reason there is, so that each has a line, and a rule can rely on it. */
	private const REASONS = [
		'none', 'nothing-dispatched', 'client-refused', 'lagging', 'no-runner', 'open-gap', 'lock-held',
		'queue-unreachable', 'misconfigured', 'failing', 'unhandled',
	];

	/** Every warning there is, likewise. */
	private const WARNINGS = [
		'lock-waits', 'unsafe-topology', 'no-ledger', FarmStatus::UNKNOWN_FORM, FarmStatus::DELAYED_JOBS,
		FarmStatus::NO_DELAYS,
	];

	/** Why a client may not be told in the format that is wanted, likewise. */
	private const WHY_NOT_WANTED = [ 'no-mark', 'old-mark', 'not-taken' ];

	private const PREFIX = 'wikibase_dispatch_';

	public static function text( FarmStatus $status ): string {
		$text = new PrometheusText();
		self::farm( $text, $status );
		self::clients( $text, $status );
		return $text->text();
	}

	private static function farm( PrometheusText $text, FarmStatus $status ): void {
		$conditions = array_fill_keys( StatusDocument::CONDITIONS, 0 );
		foreach ( $status->clients() as $client ) {
			$conditions[$client->condition()]++;
		}
		$gap = $status->gap();
		$gapAge = $gap === null ? 0 : max( 0, $status->takenAt() - ( $gap['since'] ?? $status->takenAt() ) );
		self::add( $text, 'health', 'Whether dispatching is healthy, lagging, stuck or untried',
			self::oneOf( array_column( Health::cases(), 'value' ), $status->health()->value ), 'state' );
		self::add( $text, 'reason', 'The cause that matters most',
			self::oneOf( self::REASONS, $status->reason() ), 'reason' );
		self::add( $text, 'clients', 'Clients by condition', $conditions, 'condition' );
		self::add( $text, 'newest_change_id', 'Newest change ID', [ $status->newest() ] );
		self::add(
			$text, 'horizon_change_id', 'Change ID up to which it is safe to dispatch', [ $status->horizon() ]
		);
		self::add( $text, 'waiting_changes', 'Undelivered changes', [ $status->waiting() ] );
		self::add(
			$text, 'median_lag_seconds', 'Lag of the median client', self::known( $status->medianLag() )
		);
		self::add( $text, 'gap_open_seconds', 'How long an uncommitted transaction has blocked later changes; 0: none',
			[ $gapAge ] );
		$warnings = array_replace( array_fill_keys( self::WARNINGS, 0 ), array_fill_keys( $status->warnings(), 1 ) );
		self::add( $text, 'late_changes', 'Changes in the buffer that became visible late',
			[ count( $status->lateChanges() ) ] );
		self::add( $text, 'warning', 'Whether this needs attention, whatever the verdict',
			$warnings, 'warning' );
		$otherwise = array_fill_keys( self::WHY_NOT_WANTED, 0 );
		foreach ( $status->toldOtherwise() as $group ) {
			$otherwise[$group['why']] += count( $group['clients'] );
		}
		self::add(
			$text, 'clients_told_otherwise', 'Clients that receive changes in another format than the wanted one',
			$otherwise, 'why'
		);
		self::add( $text, 'active_timestamp_seconds', 'When a pass was begun, ended or failed last',
			self::known( $status->activeAt() ) );
	}

	private static function clients( PrometheusText $text, FarmStatus $status ): void {
		$served = [];
		foreach ( $status->clients() as $client ) {
			if ( !$client->isDisabled() && $client->isOurs() ) {
				$served[$client->siteId()] = $client;
			}
		}
		$of = static fn ( callable $number ) => array_filter(
			array_map( $number, $served ),
			static fn ( ?int $value ) => $value !== null
		);
		$client = 'client';
		self::add( $text, 'client_lag_seconds', 'Age of the oldest undelivered change',
			$of( static fn ( ClientStatus $client ) => $client->lagSeconds() ), $client );
		self::add( $text, 'client_pending_changes', 'Undelivered changes that can be dispatched',
			$of( static fn ( ClientStatus $client ) => $client->pending() ), $client );
		self::add( $text, 'client_seen_change_id', 'Change ID up to which the client has seen all changes',
			$of( static fn ( ClientStatus $client ) => $client->seen() ), $client );
		self::add( $text, 'client_failures', 'Failures in a row',
			$of( static fn ( ClientStatus $client ) => $client->failures() ), $client );
		self::add( $text, 'client_stalled', 'Whether changes have been waiting for a long time without progress',
			$of( static fn ( ClientStatus $client ) => (int)$client->isStalled() ), $client );
		self::add( $text, 'client_last_pass_timestamp_seconds', 'When changes were last dispatched',
			$of( static fn ( ClientStatus $client ) => $client->lastPass() ), $client );
	}

	/**
	 * @param PrometheusText $text
	 * @param string $name
	 * @param string $help
	 * @param array<int|string,int> $values
	 * @param string|null $label
	 */
	private static function add(
		PrometheusText $text, string $name, string $help, array $values, ?string $label = null
	): void {
		$text->gauge( self::PREFIX . $name, $help, $values, $label );
	}

	/**
	 * @param list<string> $all
	 * @param string $one
	 * @return array<string,int> 1 for that one, 0 for the others
	 */
	private static function oneOf( array $all, string $one ): array {
		return array_replace( array_fill_keys( $all, 0 ), [ $one => 1 ] );
	}

	/**
	 * @return list<int>
	 */
	private static function known( ?int $value ): array {
		return $value === null ? [] : [ $value ];
	}
}
