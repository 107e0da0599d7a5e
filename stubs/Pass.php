<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * One pass for one client: a claimed batch, waiting to be pushed.
 *
 * Push {@see notifications()} to the queue of {@see domain()}, make sure they are durable, then call
 * {@see finish()}. A pass that is dropped unfinished gives its claim back, leaves `chd_seen` alone, and makes the
 * client rest a little, longer each time, before it is tried again.
 */
class Pass {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** Site id of the client. */
	public function siteId(): string {
	}

	/** Database domain of the client, whose queue the notifications go to. */
	public function domain(): string {
	}

	/** `chd_seen` before this pass. */
	public function seen(): int {
	}

	/** `chd_seen` after this pass: the last id considered, relevant or not. */
	public function end(): int {
	}

	/** How many changes the notifications carry. */
	public function changeCount(): int {
	}

	/**
	 * Whether this takes over from a pass that was begun and not finished: the same notifications may have been pushed
	 * already, and a queue that drops duplicates should be told to.
	 */
	public function isRepeat(): bool {
	}

	/**
	 * Ids of the changes that the notifications carry, ascending.
	 *
	 * @return list<int>
	 */
	public function changeIds(): array {
	}

	/**
	 * The jobs to push, in this order; empty when nothing was relevant.
	 *
	 * @return list<array{type:string,params:array}>
	 */
	public function notifications(): array {
	}

	/**
	 * Changes of this batch that could not be read, which are delivered all the same; and those that nobody must hear
	 * of, if they were read for this pass.
	 *
	 * @return list<array{id:int,reason:string}>
	 */
	public function badChanges(): array {
	}

	/**
	 * Records that the client has seen everything up to {@see end()} and gives the claim back.
	 *
	 * @return int|null seconds until the client's next pass is due (0: now); null when it is up to the horizon
	 * @throws ClaimLostException if the claim was lost meanwhile; nothing has been recorded
	 */
	public function finish(): ?int {
	}

	/** Gives the claim back without recording anything and without a rest. Does nothing after `finish()`. */
	public function release(): void {
	}

	/**
	 * Gives the claim back after a failure, as dropping the pass does: nothing is recorded, and the client rests. Does
	 * nothing after `finish()`.
	 */
	public function abandon(): void {
	}
}
