<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * How far the clients are behind, as it was when it was asked for. Median, stalest, freshest and averages are of the
 * clients that are enabled.
 */
class LagReport {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** The horizon at the time. */
	public function horizon(): int {
	}

	/**
	 * The clients that are configured, initialised and enabled, the most lagged first.
	 *
	 * @return list<ClientLag>
	 */
	public function clients(): array {
	}

	/** The client in the middle (of two, the fresher); null if there is none. */
	public function median(): ?ClientLag {
	}

	/** The client that has seen the least; null if there is none. */
	public function stalest(): ?ClientLag {
	}

	/** The client that has seen the most; null if there is none. */
	public function freshest(): ?ClientLag {
	}

	/** Ids pending, on average. */
	public function averagePending(): float {
	}

	/** Seconds of lag, on average. */
	public function averageSeconds(): float {
	}

	/** Clients whose claim somebody held. */
	public function claimed(): int {
	}

	/** Clients that rested after failed passes. */
	public function resting(): int {
	}

	/** Clients that an admin has switched off. */
	public function disabled(): int {
	}

	/** Configured clients that have no dispatch state yet. */
	public function uninitialised(): int {
	}
}
