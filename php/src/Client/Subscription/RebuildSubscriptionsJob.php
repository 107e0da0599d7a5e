<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\JobQueue\Job;

/**
 * The job, on a client, that goes on with the rebuild of its subscriptions. It has no parameters, so at most one waits;
 * how far the rebuild has come stands in a table.
 */
class RebuildSubscriptionsJob extends Job {

	public function __construct( array $params, private readonly SubscriptionRebuild $rebuild ) {
		parent::__construct( Jobs::REBUILD_SUBSCRIPTIONS, $params );
		$this->removeDuplicates = true;
		// It begins and ends transactions of its own.
		$this->executionFlags |= self::JOB_NO_EXPLICIT_TRX_ROUND;
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$this->rebuild->runInTime();
		return true;
	}
}
