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

	/** How many clients were moved to the horizon because nothing was relevant to them. */
	public function fastForwarded(): int {
	}

	/**
	 * Site ids of all clients that are due: each shall have one `DispatchClient` job waiting. The most lagged come
	 * first, in random order within groups of `dispatchDefaultDispatchRandomness`.
	 *
	 * @return list<string>
	 */
	public function clients(): array {
	}

	/**
	 * Seconds after which another trigger has to look, because clients that are behind are not due yet, rest
	 * after a failure, or are claimed by a runner that may have died; null when there are none.
	 * Where the queue cannot delay jobs no successor is needed: the job of the claim's owner is retried by the
	 * queue, and the next trigger looks again.
	 */
	public function successorDelay(): ?int {
	}
}
