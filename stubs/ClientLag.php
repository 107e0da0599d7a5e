<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * How far one client is behind: a part of a {@see LagReport}.
 */
class ClientLag {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** Site id of the client. */
	public function siteId(): string {
	}

	/** Every change up to this id has been dealt with for this client. */
	public function seen(): int {
	}

	/** Ids between `seen` and the horizon. */
	public function pending(): int {
	}

	/**
	 * Age of the oldest visible change that the client has not seen, in seconds, up to the horizon or behind it; 0 when
	 * it has seen all. From `change_time`, which the wiki writes, to the database's clock.
	 */
	public function seconds(): int {
	}
}
