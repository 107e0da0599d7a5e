<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\JobQueue\Job;

/**
 * The job, on a client, that makes the subscriptions to some entities what they have to be. Parameters: `entityIds`.
 *
 * It goes by what pages use when it runs, so it may run late, twice, or in any order.
 */
class SettleSubscriptionsJob extends Job {

	public function __construct(
		array $params, private readonly SubscriptionKeeper $keeper, string $type = Jobs::SETTLE_SUBSCRIPTIONS
	) {
		parent::__construct( $type, $params );
		$this->removeDuplicates = true;
		// It begins and ends transactions of its own.
		$this->executionFlags |= self::JOB_NO_EXPLICIT_TRX_ROUND;
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$this->keeper->settle( array_map( 'strval', array_values( $this->params['entityIds'] ) ) );
		return true;
	}
}
