<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

/**
 * How dispatching is, as the page, the API, the metrics and the scripts tell it.
 */
final class FarmStatus {

	/** The warning that changes of a form are written that the module does not know. */
	public const UNKNOWN_FORM = 'unknown-form';

	/** The warning that the queue says it can delay jobs, and those that are delayed do not run. */
	public const DELAYED_JOBS = 'delayed-jobs-do-not-run';

	/** The warning that settings are set which have no effect, because the queue cannot delay jobs. */
	public const NO_DELAYS = 'no-delays';

	/**
	 * @param Health $health
	 * @param string $reason
	 * @param string|null $reasonClient
	 * @param array<string,int|string> $reasonParams
	 * @param int $takenAt
	 * @param int $horizon
	 * @param int $newest
	 * @param int $waiting
	 * @param int|null $medianLag
	 * @param array{first:int,last:int,since:?int,isHeld:bool}|null $gap
	 * @param int|null $activeAt
	 * @param list<ClientStatus> $clients
	 * @param float|null $changesPerMinuteIn
	 * @param float|null $deliveredPerMinute
	 * @param list<string> $warnings
	 * @param list<array{id:int,found:int}> $lateChanges
	 * @param list<array{form:string,change:?int,met:int}> $unknownForms
	 * @param list<array{client:string,id:int,entity:string,time:int}> $setAside
	 * @param array{stuck:int,failing:int,lagging:int} $troubled
	 */
	public function __construct(
		private readonly Health $health,
		private readonly string $reason,
		private readonly ?string $reasonClient,
		private readonly array $reasonParams,
		private readonly int $takenAt,
		private readonly int $horizon,
		private readonly int $newest,
		private readonly int $waiting,
		private readonly ?int $medianLag,
		private readonly ?array $gap,
		private readonly ?int $activeAt,
		private readonly array $clients,
		private readonly ?float $changesPerMinuteIn = null,
		private readonly ?float $deliveredPerMinute = null,
		private readonly array $warnings = [],
		private readonly array $lateChanges = [],
		private readonly array $unknownForms = [],
		private readonly array $setAside = [],
		private readonly array $troubled = [ 'stuck' => 0, 'failing' => 0, 'lagging' => 0 ]
	) {
	}

	/** The same, with what only a comparison with earlier times can tell. */
	public function withRates( float $in, float $delivered ): self {
		// @mago-expect analysis:too-few-arguments - they are in the array
		return new self( ...[
			'changesPerMinuteIn' => $in, 'deliveredPerMinute' => $delivered,
		] + get_object_vars( $this ) );
	}

	public function health(): Health {
		return $this->health;
	}

	/**
	 * The reason most worth acting on: `none`, `nothing-dispatched`, `lagging`, `no-runner`, `open-gap`,
	 * `lock-held`, `queue-unreachable`, `misconfigured`, `failing`, `client-refused`.
	 */
	public function reason(): string {
		return $this->reason;
	}

	/** Site id of the client that shows the reason; null if it is not about one. */
	public function reasonClient(): ?string {
		return $this->reasonClient;
	}

	/**
	 * What the reason is about: `client`, `seconds`, `waiting`, `first` and `last` (ids), `holder`, `failures`,
	 * `error`, `why`. {@see \MediaWiki\Extension\WikibaseDispatch\Status\Explain\Reasons} makes sentences of it.
	 *
	 * @return array<string,int|string>
	 */
	public function reasonParams(): array {
		return $this->reasonParams;
	}

	/** When this was found out, by the repo database's clock. */
	public function takenAt(): int {
		return $this->takenAt;
	}

	/** The highest id of a change up to which no transaction can still commit one. */
	public function horizon(): int {
		return $this->horizon;
	}

	/** The highest id of a change that is visible. */
	public function newest(): int {
		return $this->newest;
	}

	/** Ids that are visible, and that at least one client which is not disabled has not seen. */
	public function waiting(): int {
		return $this->waiting;
	}

	/** Changes written in a minute, of late; null until there is a history. */
	public function changesPerMinuteIn(): ?float {
		return $this->changesPerMinuteIn;
	}

	/** Changes in a minute that the client in the middle has done with, of late; null until there is a history. */
	public function deliveredPerMinute(): ?float {
		return $this->deliveredPerMinute;
	}

	/** Lag of the client in the middle, in seconds; null if none is served. */
	public function medianLag(): ?int {
		return $this->medianLag;
	}

	/**
	 * The missing ids that hold the horizon back, since when they are known to be missing, and whether a transaction
	 * holds them (else they are young, and are passed soon). Null: nothing does.
	 *
	 * @return array{first:int,last:int,since:?int,isHeld:bool}|null
	 */
	public function gap(): ?array {
		return $this->gap;
	}

	/** When a pass was begun, ended or failed last; null if never. */
	public function activeAt(): ?int {
		return $this->activeAt;
	}

	/**
	 * What somebody should do something about, whatever the verdict: `lock-waits`, `unsafe-topology`, `no-ledger`,
	 * `unknown-form`, `delayed-jobs-do-not-run`, `no-delays`.
	 *
	 * @return list<string>
	 */
	public function warnings(): array {
		return $this->warnings;
	}

	/**
	 * Changes that became visible after the horizon had passed them, and when they were found: the last that were found
	 * first, at most 50 of those that are still in the buffer. They were delivered late, whatever the verdict.
	 *
	 * @return list<array{id:int,found:int}>
	 */
	public function lateChanges(): array {
		return $this->lateChanges;
	}

	/**
	 * Changes that a client cannot handle, and that are left out for it: the last that were set aside first, at most
	 * 50.
	 *
	 * @return list<array{client:string,id:int,entity:string,time:int}>
	 */
	public function setAside(): array {
		return $this->setAside;
	}

	/**
	 * How many clients are in trouble: stuck; failing, whether they count as stuck or not; and lagging, but neither.
	 *
	 * @return array{stuck:int,failing:int,lagging:int}
	 */
	public function troubled(): array {
		return $this->troubled;
	}

	/** Lag of the client that is furthest behind, in seconds. */
	public function worstLag(): int {
		$lags = array_map( static fn ( ClientStatus $client ) => $client->lagSeconds(), $this->clients );
		return max( [ 0, ...$lags ] );
	}

	/**
	 * Forms of changes that were met in the buffer in the last week and that the module does not know, the last one
	 * first: which, a change of that form, and when it was met. Clients update all pages that use the entities.
	 *
	 * @return list<array{form:string,change:?int,met:int}>
	 */
	public function unknownForms(): array {
		return $this->unknownForms;
	}

	/**
	 * Clients that are told in another format than the wanted one, those together for which the same is to be done.
	 *
	 * @return list<array{why:string,format:string,wanted:string,clients:list<string>}> site ids, in their order
	 */
	public function toldOtherwise(): array {
		$groups = [];
		foreach ( $this->clients as $client ) {
			$why = $client->whyNotWanted();
			if ( $why !== null && !$client->isDisabled() ) {
				$key = "$why {$client->format()} {$client->wantedFormat()}";
				$groups[$key] ??= [
					'why' => $why,
					'format' => (string)$client->format(),
					'wanted' => (string)$client->wantedFormat(),
					'clients' => [],
				];
				$groups[$key]['clients'][] = $client->siteId();
			}
		}
		ksort( $groups );
		return array_values( array_map( static function ( array $group ): array {
			sort( $group['clients'], SORT_STRING );
			return $group;
		}, $groups ) );
	}

	/**
	 * @return list<ClientStatus> the most lagged first; then those that are disabled, then those that are not ours
	 */
	public function clients(): array {
		return $this->clients;
	}

	/** The client of that site ID; null if there is none. */
	public function client( string $siteId ): ?ClientStatus {
		foreach ( $this->clients as $client ) {
			if ( $client->siteId() === $siteId ) {
				return $client;
			}
		}
		return null;
	}
}
