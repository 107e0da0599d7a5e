<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

use MediaWiki\JobQueue\JobQueueGroup;

/**
 * Queues of a client that is not to hear of anything.
 */
class DeafQueueGroup extends JobQueueGroup {

	public function __construct() {
	}

	/**
	 * @inheritDoc
	 */
	public function push( $jobs ) {
	}

	/**
	 * @inheritDoc
	 */
	public function lazyPush( $jobs ) {
	}
}
