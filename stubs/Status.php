<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * How dispatching is, as it was when it was asked for. All times are seconds since the epoch, by the repo database's
 * clock.
 */
class Status {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** `healthy`, `lagging` (changes arrive late) or `stuck` (for one client at least they do not). */
	public function health(): string {
	}

	/**
	 * The reason most worth acting on: `none`, `lagging`, `no-runner` (clients are due, and nobody has done anything
	 * for long), `open-gap` (a transaction that has not ended keeps everything behind its id), `lock-held` (somebody
	 * holds a client's lock or claim, and nothing comes of it), `queue-unreachable` (notifications cannot be pushed to
	 * a client's queue) or `failing` (passes for a client, or the trigger).
	 */
	public function reason(): string {
	}

	/** Site id of the client that shows the reason; null if it is not about one. */
	public function reasonClient(): ?string {
	}

	/** When this was found out. */
	public function takenAt(): int {
	}

	/** The highest change id up to which no transaction can still commit a row. */
	public function horizon(): int {
	}

	/** The highest change id that is visible; 0 when there are no changes. */
	public function newest(): int {
	}

	/** The first id of the missing range that holds the horizon back; null if nothing does. */
	public function gapFirst(): ?int {
	}

	/** The last id of that range. */
	public function gapLast(): ?int {
	}

	/** Since when it is known to be missing, as far as anybody has looked. */
	public function gapSince(): ?int {
	}

	/** Whether a transaction holds a row of it; else it is young, and is passed soon. */
	public function gapIsHeld(): bool {
	}

	/** Ids that are visible, and that at least one client which is not disabled has not seen. */
	public function waiting(): int {
	}

	/** Lag of the client in the middle, in seconds; null if no client is served. */
	public function medianLag(): ?int {
	}

	/** When a pass was begun, ended or failed last; null if never. */
	public function activeAt(): ?int {
	}

	/**
	 * The configured clients, the most lagged first, then those that are disabled.
	 *
	 * @return list<ClientStatus>
	 */
	public function clients(): array {
	}
}
