<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * What one batch of pruning did.
 */
class PruneOutcome {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** How many changes were deleted: at most one batch of 500. */
	public function deleted(): int {
	}

	/** Whether there may be another batch. Wait for the replicas before it. */
	public function isMoreLeft(): bool {
	}

	/** Changes up to this id may go when they are older than `pruneKeepSeconds`; 0 for none. */
	public function cutoff(): int {
	}

	/**
	 * Site ids of configured clients that have no dispatch state: nothing goes until a trigger has given them one.
	 *
	 * @return list<string>
	 */
	public function uninitialised(): array {
	}

	/**
	 * Enabled dispatch states of clients that are not configured (any more). For three days after it was served last,
	 * such a client keeps what it has not seen from going (`holdsBack`), since an old dispatcher may still serve it;
	 * then it does not. Disable its row (`chd_disabled`), or delete it, to have it end at once.
	 *
	 * @return list<array{siteId:string,seen:int,holdsBack:bool}>
	 */
	public function unconfigured(): array {
	}
}
