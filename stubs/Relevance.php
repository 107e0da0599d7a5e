<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * What a part of the change buffer holds for one client.
 */
class Relevance {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** Changes that are in the buffer. */
	public function changes(): int {
	}

	/** Those of them that the client must hear of, by the subscriptions that there are now. */
	public function relevant(): int {
	}
}
