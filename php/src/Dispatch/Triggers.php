<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Pushes a plain trigger, where no native code decides which job it takes: an admin has changed something, or this host
 * has no native module. The queue keeps one of them, and one that finds nothing to do costs little.
 */
class Triggers {

	public function __construct( private readonly JobQueues $queues, private readonly ILBFactory $loadBalancers ) {
	}

	/** As durable as the transaction that is open. */
	public function ask(): void {
		$this->queues->push( [ Jobs::trigger() ] );
	}

	public function push(): void {
		$this->ask();
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}
}
