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

	/**
	 * `healthy`, `lagging` (changes arrive late), `stuck` (for one client at least they do not) or `untried` (nothing
	 * was ever dispatched).
	 */
	public function health(): string {
	}

	/**
	 * The reason most worth acting on: `none`, `nothing-dispatched`, `lagging`, `no-runner` (clients are due, and
	 * nobody has done anything for long), `open-gap` (a transaction that has not ended keeps everything behind its
	 * id), `lock-held` (somebody holds a client's lock or claim, and nothing comes of it), `queue-unreachable`
	 * (notifications cannot be pushed to a client's queue), `misconfigured` (they cannot as the repo is configured),
	 * `failing` (passes for a client, or the trigger), `unhandled` (a client does not handle what
	 * reaches its queue) or `client-refused` (see `refusedClients` of {@see Settings}).
	 */
	public function reason(): string {
	}

	/** Site id of the client that shows the reason, or its name among those refused; null if it is not about one. */
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

	/**
	 * Which transaction keeps that range open: `session` (a session's), `prepared` (one that `XA PREPARE` left) or
	 * `unknown`. Asked only where the reason is `open-gap`. It takes the privilege PROCESS to know for certain.
	 */
	public function gapHolder(): string {
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
	 * What somebody should do something about, whatever the verdict: `lock-waits` (a missing id was passed although
	 * some insert still waited for a lock), `unsafe-topology` (several servers write, and the setting
	 * `longestTransaction` does not say how long their transactions may last), `no-ledger` (the tables of the ledger
	 * are missing: run `maintenance/update.php`).
	 *
	 * @return list<string>
	 */
	public function warnings(): array {
	}

	/**
	 * Changes that became visible after the horizon had passed them, the last that were found first, at most 50 of
	 * those that are still in the buffer. They were delivered late.
	 *
	 * @return list<array{id:int,found:int}>
	 */
	public function lateChanges(): array {
	}

	/**
	 * Changes that clients cannot handle and that are left out for them, the last that were set aside first, at most
	 * 50.
	 *
	 * @return list<array{client:string,id:int,entity:string,time:int}>
	 */
	public function setAside(): array {
	}

	/**
	 * How many clients are in trouble: stuck; failing, whether they count as stuck or not; and lagging, but neither.
	 *
	 * @return array{stuck:int,failing:int,lagging:int}
	 */
	public function troubled(): array {
	}

	/**
	 * The configured clients, the most lagged first, then those that are disabled.
	 *
	 * @return list<ClientStatus>
	 */
	public function clients(): array {
	}
}
