<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * A change of the buffer, and who must hear of it: by the rule of the passes, and by the subscriptions that there are
 * now. Who was told of it earlier may have been told by others.
 */
class ChangeAudience {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** `change_id` */
	public function changeId(): int {
	}

	/** `change_type`: `wikibase-item~update`. */
	public function changeType(): string {
	}

	/** `change_time`: 14 digits, UTC. */
	public function time(): string {
	}

	/** `change_object_id`: `Q42`. */
	public function entityId(): string {
	}

	/** `change_revision_id`; 0 where the change made no revision. */
	public function revisionId(): int {
	}

	/** Why it cannot be read; null if it can. Its subscribers hear of it all the same. */
	public function whyBad(): ?string {
	}

	/** When it was found to have become visible only after the horizon had passed it; null if it was not late. */
	public function foundLate(): ?int {
	}

	/**
	 * Clients that must hear of it, ordered by site id.
	 *
	 * @return list<Listener>
	 */
	public function listeners(): array {
	}

	/**
	 * Site ids of others that are subscribed to its entity, or whose site link it changes: they are no clients of this
	 * dispatcher.
	 *
	 * @return list<string>
	 */
	public function strangers(): array {
	}
}
