<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * A client that must hear of a change, and why.
 */
class Listener {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** Site id of the client. */
	public function siteId(): string {
	}

	/** Whether it is subscribed to the entity. */
	public function isSubscribed(): bool {
	}

	/** Whether the change changes a site link of it. */
	public function isLinked(): bool {
	}

	/** Up to which id everything has been dealt with for it; null if it has no dispatch state yet. */
	public function seen(): ?int {
	}

	/** Whether it has handled the change; null if it gives no receipts, or has not been sent it. */
	public function isHandled(): ?bool {
	}

	/** When it reported last what it has handled, as a Unix time; null if it never has. */
	public function reported(): ?int {
	}

	/**
	 * With which changes it was sent the change, if it has not handled it; null if it has, or that is not known.
	 *
	 * @return array{first:int,upto:int,since:int,sent:int,tries:int}|null as {@see ClientStatus::receipts()} has them
	 */
	public function unhandled(): ?array {
	}

	/** Whether an admin has switched it off. */
	public function isDisabled(): bool {
	}
}
