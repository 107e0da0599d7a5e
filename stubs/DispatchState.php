<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Where one client stands: a row of `wb_changes_dispatch`, as it was when it was read.
 */
class DispatchState {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** Site id of the client. */
	public function siteId(): string {
	}

	/** Database domain of the client, as configured. */
	public function domain(): string {
	}

	/** Every change up to this id has been dealt with for this client. */
	public function seen(): int {
	}

	/** Ids between `seen` and the horizon at the time of reading. */
	public function pending(): int {
	}

	/** When the last pass ended, as a 14-digit UTC timestamp; null if there was none. */
	public function touched(): ?string {
	}

	/** Whether a runner held the client's claim. */
	public function isClaimed(): bool {
	}

	/** Whether the client rests after failed passes. */
	public function isResting(): bool {
	}

	/** Consecutive passes that were abandoned since the last one that finished. */
	public function failures(): int {
	}

	/** Whether an admin has switched the client off. */
	public function isDisabled(): bool {
	}

	/** Whether the client has reported lately that it loads this extension, so that jobs of ours are run there. */
	public function loadsExtension(): bool {
	}
}
