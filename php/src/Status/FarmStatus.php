<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

/**
 * How dispatching is, as the page, the API, the metrics and the scripts tell it.
 */
final class FarmStatus {

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
		private readonly ?float $deliveredPerMinute = null
	) {
	}

	/** The same, with what only a comparison with earlier times can tell. */
	public function withRates( float $in, float $delivered ): self {
		return new self( ...[
			'changesPerMinuteIn' => $in, 'deliveredPerMinute' => $delivered,
		] + get_object_vars( $this ) );
	}

	public function health(): Health {
		return $this->health;
	}

	/**
	 * The reason most worth acting on: `none`, `lagging`, `no-runner`, `open-gap`, `lock-held`, `queue-unreachable` or
	 * `failing`.
	 */
	public function reason(): string {
		return $this->reason;
	}

	/** Site id of the client that shows the reason; null if it is not about one. */
	public function reasonClient(): ?string {
		return $this->reasonClient;
	}

	/**
	 * What the message `wikibasedispatch-reason-…` is told, in its order: `client`, `seconds`, `waiting`, `first` and
	 * `last` (ids), `failures`.
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
	 * @return list<ClientStatus> the most lagged first; then those that are disabled, then those that are not ours
	 */
	public function clients(): array {
		return $this->clients;
	}
}
