<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnsupportedDatabaseException;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Status\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Rates;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Sample;
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
		private readonly HistoryStore $history,
		private readonly MetForms $forms,
		private readonly JobQueues $queues
	) {
	}

	/**
	 * How it is right now. A bounded number of statements, however many clients and changes there are.
	 *
	 * @throws DispatchException
	 * @throws UnsupportedDatabaseException
	 */
	public function read(): FarmStatus {
		$forms = $this->forms->all();
		$warnings = [
			FarmStatus::UNKNOWN_FORM => $forms,
			FarmStatus::DELAYED_JOBS => $this->queues->missingDelayed(),
			FarmStatus::NO_DELAYS => $this->settings->withoutEffect(),
		];
		return $this->withRates( $this->look( $forms, array_keys( array_filter( $warnings ) ) ) );
	}

	/**
	 * What the history keeps of it, for fewer statements: without rates and without warnings of the extension.
	 *
	 * @throws DispatchException
	 * @throws UnsupportedDatabaseException
	 */
	public function brief(): FarmStatus {
		return $this->look( [], [] );
	}

	/**
	 * @param list<array{form:string,change:?int,met:int}> $forms that were met and are not known
	 * @param list<string> $warnings beside those of native code
	 */
	private function look( array $forms, array $warnings ): FarmStatus {
		// First, because it says what is wrong with a database that cannot be used.
		$dispatcher = $this->native->dispatcher();
		$failures = $this->failures->all();
		$applied = $this->rollout->load();
		$this->rollout->commit();
		$native = $dispatcher->status( $failures );
		$clients = $this->clients( $native, $applied, $failures );
		return new FarmStatus(
			Health::from( $native->health() ),
			$native->reason(),
			$native->reasonClient(),
			$this->reasonParams( $native, $clients ),
			$native->takenAt(),
			$native->horizon(),
			$native->newest(),
			$native->waiting(),
			$native->medianLag(),
			self::gap( $native ),
			$native->activeAt(),
			$clients,
			warnings: [ ...$native->warnings(), ...$warnings ],
			lateChanges: $native->lateChanges(),
			unknownForms: $forms,
			setAside: $native->setAside(),
			troubled: $native->troubled()
		);
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
		foreach ( $this->settings->refusedClients() as $name => $why ) {
			$ours[] = new ClientStatus(
				(string)$name, '', RolloutState::On->value, ClientStatus::REFUSED, lastError: $why,
				trouble: 'stuck'
			);
		}
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
			$client->dueAt(),
			$client->format(),
			$client->wantedFormat(),
			$client->whyNotWanted(),
			$client->version(),
			$client->marked(),
			$client->receipts(),
			$client->trouble()
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
	private function reasonParams( NativeStatus $native, array $clients ): array {
		$lags = [];
		foreach ( $clients as $client ) {
			$lags[$client->siteId()] = [ $client->lagSeconds(), $client->failures(), (string)$client->lastError() ];
		}
		[ $lag, $failures, $error ] = $lags[$native->reasonClient() ?? '']
			?? [ max( [ 0, ...array_column( $lags, 0 ) ] ), 0, '' ];
		$client = [ 'client' => (string)$native->reasonClient() ];
		return match ( $native->reason() ) {
			'lagging', 'lock-held', 'unhandled' => $client + [ 'seconds' => $lag ],
			'no-runner' => [ 'seconds' => $lag, 'waiting' => $native->waiting() ],
			'open-gap' => [
				'seconds' => $lag,
				'first' => (int)$native->gapFirst(),
				'last' => (int)$native->gapLast(),
				'holder' => $native->gapHolder(),
			],
			'queue-unreachable', 'failing' => $client + [ 'seconds' => $lag, 'failures' => $failures ],
			'misconfigured' => $client + [ 'error' => $error ],
			'client-refused' => $client + [ 'why' => $this->whyRefused( $client['client'] ) ],
			default => [],
		};
	}

	private function whyRefused( string $client ): string {
		return $this->settings->refusedClients()[$client]
			?? 'the table wb_changes_dispatch has no room for its site id; run maintenance/update.php on the repo';
	}
}
