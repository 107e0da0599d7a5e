<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

/**
 * How far the rebuild of a client's subscriptions has come: a row of `wb_changes_rebuild`.
 */
final class RebuildState {

	/**
	 * @param RebuildPhase $phase
	 * @param string $after what the phase goes on behind: an entity, a title, the id of a row; empty at its beginning
	 * @param int $seen entities, site links and subscriptions looked at
	 * @param int $added subscriptions
	 * @param int $removed
	 * @param string $started timestamp
	 * @param string $touched
	 */
	public function __construct(
		public readonly RebuildPhase $phase,
		public readonly string $after,
		public readonly int $seen,
		public readonly int $added,
		public readonly int $removed,
		public readonly string $started,
		public readonly string $touched
	) {
	}

	public static function begin( string $now ): self {
		return new self( RebuildPhase::Used, '', 0, 0, 0, $now, $now );
	}

	public function isDone(): bool {
		return $this->phase === RebuildPhase::Done;
	}

	/**
	 * @param string|null $after null: the phase is over
	 * @param int $seen in this step
	 * @param int $added
	 * @param int $removed
	 * @param string $now
	 */
	public function advanced( ?string $after, int $seen, int $added, int $removed, string $now ): self {
		return new self(
			$after === null ? $this->phase->next( $this->removed + $removed ) : $this->phase,
			$after ?? '',
			$this->seen + $seen,
			$this->added + $added,
			$this->removed + $removed,
			$this->started,
			$now
		);
	}

	/** In words. */
	public function text(): string {
		$counts = "looked at {$this->seen}, subscribed to {$this->added}, unsubscribed from {$this->removed}";
		return $this->isDone()
			? "done: $counts"
			: "{$this->phase->value}" . ( $this->after === '' ? '' : ", up to {$this->after}" ) . ": $counts";
	}
}
