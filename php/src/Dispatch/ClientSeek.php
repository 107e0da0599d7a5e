<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use WikibaseDispatch\BeyondHorizonException;
use WikibaseDispatch\ClientClaimedException;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Sets where a client is, because an admin says so: what it has seen goes forwards otherwise, and only over what was
 * handed over or does not concern it.
 */
class ClientSeek {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly OurClients $clients,
		private readonly ILBFactory $loadBalancers
	) {
	}

	/**
	 * What it would mean. Changes nothing.
	 *
	 * @param string $siteId
	 * @param int|null $to id of a change; null: the horizon
	 * @throws RefusedException
	 */
	public function plan( string $siteId, ?int $to ): SeekPlan {
		$from = $this->clients->state( $siteId )->seen();
		$dispatcher = $this->native->dispatcher();
		$horizon = $dispatcher->horizon();
		$to ??= $horizon;
		if ( $to > $horizon ) {
			throw RefusedException::beyondHorizon( $siteId, $to, $horizon );
		}
		$between = $dispatcher->relevance( $siteId, min( $from, $to ), max( $from, $to ) );
		return new SeekPlan( $siteId, $from, $to, $between->changes(), $between->relevant() );
	}

	/**
	 * @param SeekPlan $plan
	 * @param bool $maySkip whether the client may be moved past changes that concern it
	 * @throws RefusedException
	 * @throws ClientClaimedException
	 * @throws BeyondHorizonException
	 */
	public function carryOut( SeekPlan $plan, bool $maySkip ): void {
		if ( $plan->skips() && !$maySkip ) {
			throw RefusedException::wouldSkip( $plan );
		}
		// Native code writes through a connection of its own, which would wait for a transaction of ours.
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		if ( !$this->native->dispatcher()->seek( $plan->siteId, $plan->from, $plan->to ) ) {
			throw RefusedException::movedMeanwhile( $plan->siteId, $plan->from );
		}
	}
}
