<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;

/**
 * Pushes a plain trigger where this host has no native module that could decide which job it takes. The queue keeps one
 * of them, and one that finds nothing to do costs little.
 */
class Triggers {

	public function __construct( private readonly JobQueues $queues ) {
	}

	/** As durable as the transaction that is open. */
	public function ask(): void {
		$this->queues->push( [ Jobs::trigger() ] );
	}
}
