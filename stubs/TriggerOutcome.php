<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * What a trigger found and what has to be scheduled now.
 */
class TriggerOutcome {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** The horizon at which the trigger looked. */
	public function horizon(): int {
	}

	/**
	 * Site ids of clients that got a dispatch state.
	 *
	 * @return list<string>
	 */
	public function initialised(): array {
	}

	/** How many clients were moved because nothing was relevant to them. */
	public function fastForwarded(): int {
	}

	/**
	 * Site ids of all clients that are due. Either each of them gets a `DispatchClient` job, of which one at most
	 * waits, or they are served here, by {@see beginPasses()}. The most lagged come first, in random order within
	 * groups of `dispatchDefaultDispatchRandomness`.
	 *
	 * @return list<string>
	 */
	public function clients(): array {
	}

	/**
	 * Claims the next group of the clients that are due, the most lagged first, and assembles their batches from what
	 * is read once for all of them. A client that is still behind when its pass is finished waits again. Whom nothing
	 * concerns is moved without a pass; who turns out to be locked, claimed or moved by another runner is left out.
	 *
	 * @return PassGroup|null null when nobody is left to be served up to {@see horizon()}
	 */
	public function beginPasses(): ?PassGroup {
	}

	/** How many clients wait for {@see beginPasses()}. */
	public function waitingClients(): int {
	}

	/**
	 * Changes that could not be read, and that nobody must hear of.
	 *
	 * @return list<array{id:int,reason:string}>
	 */
	public function badChanges(): array {
	}

	/**
	 * Whether a client is behind whose claim is older than a moment. Its runner may have died: somebody must look again
	 * later, even where the queue cannot delay jobs. A runner that lives looks again itself when it has given its
	 * claims back.
	 */
	public function waitsForClaim(): bool {
	}

	/**
	 * Whether a client turned out to be locked, claimed or moved by somebody else when it was to be served. Whoever
	 * that is may have looked before the last change: look again, at once, and if that ends in the same way, later.
	 */
	public function metOthers(): bool {
	}

	/**
	 * Seconds after which another trigger has to look: at least 1, at most `triggerMaxDelay`; null when this one found
	 * nothing to do. It looks after clients that are behind but not due, that rest after a failure, or whose runner
	 * died, and after changes whose own trigger the queue dropped because this one was still waiting; and, for as long
	 * as an edit may wait for the trigger of an earlier one, after changes whose trigger the queue drops because this
	 * one has run.
	 * Where the queue cannot delay jobs no successor is needed: every change is announced there by a trigger of its
	 * own, and the job of a runner that died is repeated by the queue.
	 */
	public function successorDelay(): ?int {
	}

	/**
	 * Whether changes are visible behind the horizon, where a transaction that has not ended, or an id that was given
	 * out moments ago, keeps them from being dispatched. A successor is needed then even where the queue cannot delay
	 * jobs, since nobody announces a rollback; the trigger has waited already, so such successors do not chase each
	 * other.
	 */
	public function waitsForGap(): bool {
	}

	/**
	 * Whether somebody should prune: see {@see Dispatcher::prune()}. Asked only by a trigger that found something to
	 * do, and true at most every ten minutes, unless nobody does.
	 */
	public function pruneIsDue(): bool {
	}

	/**
	 * Clients that were set back to 0 because they had seen more than was ever given out: the change buffer was
	 * restored or truncated, and its ids began anew. What is in it is delivered again.
	 *
	 * @return list<array{siteId:string,seen:int,highest:int}>
	 */
	public function repairs(): array {
	}
}
