<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RebuildStore;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Has a client rebuild its subscriptions, from the repo: begins the rebuild, and leaves it to the client's job queue.
 */
class ClientRebuild {

	public function __construct(
		private readonly OurClients $clients,
		private readonly RebuildStore $store,
		private readonly JobQueues $queues,
		private readonly ILBFactory $loadBalancers
	) {
	}

	/**
	 * @return array{string|null,string} the phase of the last rebuild, null if there was none, and of this one
	 * @throws RefusedException
	 */
	public function ask( string $siteId ): array {
		$state = $this->clients->state( $siteId );
		// Without the extension nobody there would run the job, and it would wait for ever.
		if ( !$state->loadsExtension() ) {
			throw RefusedException::loadsNoExtension( $siteId );
		}
		if ( !$this->store->isThere() ) {
			throw RefusedException::noRebuildTable();
		}
		$before = $this->store->load( $siteId );
		$after = $before === null || $before->isDone() ? $this->store->begin( $siteId ) : $before;
		// The job finds nothing to do if it comes before the record of it.
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		$this->queues->pushTo( $state->domain(), [ Jobs::rebuildSubscriptions() ] );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		return [ $before?->phase->value, $after->phase->value ];
	}
}
