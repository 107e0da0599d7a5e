<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Look;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use Throwable;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\ClientClaimedException;
use WikibaseDispatch\ClientRestingException;

/**
 * Runs passes here and now, for all clients or for some, until each has seen what could be dispatched at the beginning.
 *
 * These are passes as any runner does them, with its claims, so runners and this do not get in each other's way. The
 * interval between two passes is not waited for. A client whose pass fails is tried once.
 */
class CatchUp {

	/** Seconds to wait where every client that is left is somebody else's, or rests. */
	private const BREATH = 1;

	/**
	 * @param NativeFactory $native
	 * @param OurClients $clients
	 * @param OnePass $onePass
	 * @param Look $look
	 * @param RolloutStore $store
	 * @param TriggerScheduler $scheduler
	 * @param ILBFactory $loadBalancers
	 * @param PassReport $report
	 * @param Closure(int):mixed $sleep takes seconds
	 */
	public function __construct(
		private readonly NativeFactory $native,
		private readonly OurClients $clients,
		private readonly OnePass $onePass,
		private readonly Look $look,
		private readonly RolloutStore $store,
		private readonly TriggerScheduler $scheduler,
		private readonly ILBFactory $loadBalancers,
		private readonly PassReport $report,
		private readonly Closure $sleep
	) {
	}

	/**
	 * @param list<string> $clients site ids; none: all
	 * @param CatchUpObserver $observer
	 * @param Closure():bool $isStopped asked between two passes
	 * @throws RefusedException for a client that is not ours, or disabled
	 */
	public function run( array $clients, CatchUpObserver $observer, Closure $isStopped ): CaughtUp {
		$result = new CaughtUp();
		$newest = $this->store->lastChange();
		$before = -1;
		do {
			$outcome = $this->look->look();
			$result->target = $outcome->horizon();
			$result->isHeldBack = $outcome->waitsForGap() && $result->target < $newest;
			if ( $before < 0 ) {
				$this->refuseOthers( $clients );
				$pending = $this->pending( $clients, $result );
				$observer->begins( count( $pending ), array_sum( $pending ) );
			}
			$this->serve( $clients, $result, $observer, $isStopped );
			// Most gaps are edits that end in a moment, and a look at who has nothing else to wait for waits for them.
			$goesFurther = $result->isHeldBack && $result->target > $before;
			$before = $result->target;
		} while ( $goesFurther && !$isStopped() );
		$result->left = array_map( 'strval', array_keys( $this->pending( $clients, $result ) ) );
		$this->leaveTrigger( $result );
		return $result;
	}

	/**
	 * Passes until every client is where it is to be, has failed, or it is stopped.
	 *
	 * @param list<string> $clients
	 * @param CaughtUp $result
	 * @param CatchUpObserver $observer
	 * @param Closure():bool $isStopped
	 */
	private function serve( array $clients, CaughtUp $result, CatchUpObserver $observer, Closure $isStopped ): void {
		$pending = $this->pending( $clients, $result );
		while ( $pending !== [] && !$isStopped() ) {
			$waiting = $this->round( $pending, $result, $observer, $isStopped );
			if ( $clients === [] ) {
				// Whom nothing concerns needs no pass.
				$this->native->dispatcher()->fastForward();
			}
			$pending = $this->pending( $clients, $result );
			$observer->goesOn( count( $pending ), array_sum( $pending ) );
			if ( $waiting !== [] && array_diff_key( $pending, $waiting ) === [] && !$isStopped() ) {
				$observer->waits( $waiting );
				( $this->sleep )( self::BREATH );
			}
		}
	}

	/**
	 * One pass for each client.
	 *
	 * @param array<string,int> $pending
	 * @param CaughtUp $result
	 * @param CatchUpObserver $observer
	 * @param Closure():bool $isStopped
	 * @return array<string,string> clients that have to wait, with the reason
	 */
	private function round( array $pending, CaughtUp $result, CatchUpObserver $observer, Closure $isStopped ): array {
		$waiting = [];
		foreach ( array_map( 'strval', array_keys( $pending ) ) as $siteId ) {
			if ( $isStopped() ) {
				break;
			}
			try {
				$pass = $this->onePass->run( $siteId );
			} catch ( ClientClaimedException | ClientRestingException $e ) {
				$waiting[$siteId] = $e->getMessage();
				continue;
			} catch ( Throwable $e ) {
				$this->report->failed( $siteId, $e );
				$result->failed[$siteId] = $e->getMessage();
				continue;
			}
			if ( $pass === null || $pass->end >= $result->target ) {
				unset( $pending[$siteId] );
			} else {
				$pending[$siteId] = $result->target - $pass->end;
			}
			if ( $pass !== null ) {
				$result->passes++;
				$result->changes += $pass->changes;
			}
			$observer->goesOn( count( $pending ), array_sum( $pending ) );
		}
		return $waiting;
	}

	/**
	 * Whoever holds a claim looks once more when it is free: the trigger of an edit that met it relies on that. Where
	 * this is stopped, somebody else goes on.
	 */
	private function leaveTrigger( CaughtUp $result ): void {
		if ( $result->passes > 0 || $result->left !== [] ) {
			$this->scheduler->scheduleTrigger();
		}
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}

	/**
	 * @param list<string> $clients
	 * @param CaughtUp $result
	 * @return array<string,int> what each client that is left has not seen; the most lagged first, because those that
	 *   are at the same place read the same changes
	 */
	private function pending( array $clients, CaughtUp $result ): array {
		$pending = [];
		foreach ( $this->native->dispatcher()->dispatchStates() as $state ) {
			$siteId = $state->siteId();
			$isWanted = $clients === [] || in_array( $siteId, $clients, true );
			if ( $isWanted && !$state->isDisabled() && !isset( $result->failed[$siteId] )
				&& $state->seen() < $result->target
			) {
				$pending[$siteId] = $result->target - $state->seen();
			}
		}
		arsort( $pending );
		return $pending;
	}

	/**
	 * @param list<string> $clients
	 */
	private function refuseOthers( array $clients ): void {
		foreach ( $clients as $siteId ) {
			if ( $this->clients->state( $siteId )->isDisabled() ) {
				throw RefusedException::disabled( $siteId );
			}
		}
	}
}
