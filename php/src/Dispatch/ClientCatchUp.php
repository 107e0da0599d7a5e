<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Ends a client's rest after failures, and queues a job that dispatches to it at once.
 */
class ClientCatchUp {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly JobQueues $queues,
		private readonly ILBFactory $loadBalancers
	) {
	}

	/**
	 * @throws RefusedException
	 */
	public function ask( string $siteId ): void {
		// Native code writes through a connection of its own, which would wait for a transaction of ours.
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		// Where somebody is at it already, the job goes on when that pass has ended.
		if ( $this->native->dispatcher()->wake( $siteId ) === 'disabled' ) {
			throw RefusedException::disabled( $siteId );
		}
		$this->queues->push( [ Jobs::client( $siteId ) ] );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}
}
