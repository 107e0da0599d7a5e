<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\History\Rates;
use MediaWiki\Extension\WikibaseDispatch\History\Sample;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use WikibaseDispatch\ClientStatus as NativeClientStatus;
use WikibaseDispatch\DispatchException;
use WikibaseDispatch\Status as NativeStatus;

/**
 * Finds out how dispatching is. What there is to judge is judged by native code; here its verdict meets what only the
 * extension knows: the rollout, and what failed last.
 */
class StatusReader {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly WikiSettings $settings,
		private readonly RolloutStore $rollout,
		private readonly FailureStore $failures,
		private readonly HistoryStore $history
	) {
	}

	/**
	 * How it is right now. A bounded number of statements, however many clients and changes there are.
	 *
	 * @throws DispatchException
	 */
	public function read(): FarmStatus {
		$failures = $this->failures->all();
		$applied = $this->rollout->load();
		$this->rollout->commit();
		$native = $this->native->dispatcher()->status( $failures );
		$clients = $this->clients( $native, $applied, $failures );
		$status = new FarmStatus(
			Health::from( $native->health() ),
			$native->reason(),
			$native->reasonClient(),
			self::reasonParams( $native, $clients ),
			$native->takenAt(),
			$native->horizon(),
			$native->newest(),
			$native->waiting(),
			$native->medianLag(),
			self::gap( $native ),
			$native->activeAt(),
			$clients
		);
		return $this->withRates( $status );
	}

	private function withRates( FarmStatus $status ): FarmStatus {
		$history = $this->history->since( Rates::firstMinute( $status->takenAt() ) );
		$rates = Rates::now( $history, Sample::of( $status ) );
		return $rates === null ? $status : $status->withRates( $rates->in, $rates->delivered );
	}

	/**
	 * @param NativeStatus $native
	 * @param AppliedRollout $applied
	 * @param array<string,array{time:int,step:string,error:string}> $failures
	 * @return list<ClientStatus>
	 */
	private function clients( NativeStatus $native, AppliedRollout $applied, array $failures ): array {
		$ours = [];
		$others = $this->settings->clients();
		foreach ( $native->clients() as $client ) {
			$siteId = $client->siteId();
			if ( $this->isOurs( $siteId, $applied ) ) {
				unset( $others[$siteId] );
				$failure = $failures[$siteId] ?? null;
				$error = $failure === null ? null : "{$failure['step']}: {$failure['error']}";
				$ours[] = $this->client( $client, $applied, $error );
			}
		}
		foreach ( $others as $siteId => $domain ) {
			$siteId = (string)$siteId;
			$ours[] = new ClientStatus(
				$siteId, (string)$domain, $this->rolloutOf( $siteId, $applied ), ClientStatus::NOT_OURS
			);
		}
		return $ours;
	}

	private function client( NativeClientStatus $client, AppliedRollout $applied, ?string $error ): ClientStatus {
		return new ClientStatus(
			$client->siteId(),
			$client->domain(),
			$this->rolloutOf( $client->siteId(), $applied ),
			$client->condition(),
			$client->seen(),
			$client->pending(),
			$client->seconds(),
			$client->lastPass(),
			$client->claimedUntil(),
			$client->restingUntil(),
			$client->failures(),
			$client->isStalled(),
			$client->failures() > 0 ? $error : null,
			$client->dueAt()
		);
	}

	/** Where Wikibase dispatches to some, it does to each that is not known to be ours. */
	private function isOurs( string $siteId, AppliedRollout $applied ): bool {
		$isShared = in_array( $applied->wikibase(), [ AppliedRollout::SERVING, AppliedRollout::STARTING ], true );
		return !$isShared || $applied->of( $siteId ) !== null;
	}

	private function rolloutOf( string $siteId, AppliedRollout $applied ): string {
		$configured = $this->settings->rollout()->of( $siteId );
		$isLeaving = $configured === RolloutState::Off && $applied->of( $siteId ) === AppliedRollout::LEAVING;
		return $isLeaving ? AppliedRollout::LEAVING : $configured->value;
	}

	/**
	 * @return array{first:int,last:int,since:?int,isHeld:bool}|null
	 */
	private static function gap( NativeStatus $native ): ?array {
		$first = $native->gapFirst();
		return $first === null ? null : [
			'first' => $first,
			'last' => (int)$native->gapLast(),
			'since' => $native->gapSince(),
			'isHeld' => $native->gapIsHeld(),
		];
	}

	/**
	 * @param NativeStatus $native
	 * @param list<ClientStatus> $clients
	 * @return array<string,int|string>
	 */
	private static function reasonParams( NativeStatus $native, array $clients ): array {
		$lags = [];
		foreach ( $clients as $client ) {
			$lags[$client->siteId()] = [ $client->lagSeconds(), $client->failures() ];
		}
		[ $lag, $failures ] = $lags[$native->reasonClient() ?? ''] ?? [ max( [ 0, ...array_column( $lags, 0 ) ] ), 0 ];
		$client = [ 'client' => (string)$native->reasonClient() ];
		return match ( $native->reason() ) {
			'lagging', 'lock-held' => $client + [ 'seconds' => $lag ],
			'no-runner' => [ 'seconds' => $lag, 'waiting' => $native->waiting() ],
			'open-gap' => [
				'seconds' => $lag,
				'first' => (int)$native->gapFirst(),
				'last' => (int)$native->gapLast(),
			],
			'queue-unreachable', 'failing' => $client + [ 'seconds' => $lag, 'failures' => $failures ],
			default => [],
		};
	}
}
