<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use Psr\Log\LoggerInterface;
use Throwable;
use WikibaseDispatch\ClientClaimedException;
use WikibaseDispatch\ClientRestingException;
use WikibaseDispatch\DispatchException;
use WikibaseDispatch\UnknownClientException;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Runs passes for one client, until it is up to the horizon or time is up, and sees to it that somebody looks again.
 */
class PassRunner {

	/** Seconds to wait for somebody else's pass where the queue cannot. */
	private const BREATH = 1;

	/**
	 * @param NativeFactory $native
	 * @param OnePass $onePass
	 * @param RolloutKeeper $rollout
	 * @param JobQueues $queues
	 * @param TriggerScheduler $scheduler
	 * @param WikiSettings $settings
	 * @param ILBFactory $loadBalancers
	 * @param PassReport $report
	 * @param LoggerInterface $logger
	 * @param Closure():float $clock seconds; never goes back
	 * @param Closure(int):mixed $sleep takes seconds
	 */
	public function __construct(
		private readonly NativeFactory $native,
		private readonly OnePass $onePass,
		private readonly RolloutKeeper $rollout,
		private readonly JobQueues $queues,
		private readonly TriggerScheduler $scheduler,
		private readonly WikiSettings $settings,
		private readonly ILBFactory $loadBalancers,
		private readonly PassReport $report,
		private readonly LoggerInterface $logger,
		private readonly Closure $clock,
		private readonly Closure $sleep
	) {
	}

	/**
	 * @param string $siteId
	 * @throws DispatchException
	 */
	public function run( string $siteId ): void {
		try {
			$this->rollout->begin();
			$this->native->learnWhoLeaves();
			$due = $this->runPasses( $siteId );
			if ( $due === 0 ) {
				$this->leaveSuccessor( $siteId );
			} elseif ( $due === null && $this->native->dispatcher()->needsSuccessor( $siteId ) ) {
				$this->waitForGap( $siteId );
			}
			$this->haveItLetGo( $siteId );
			$this->schedulePruning();
		} catch ( ClientClaimedException | ClientRestingException $e ) {
			$this->comeBack( $siteId, $e );
		} catch ( UnknownClientException $e ) {
			// By the configuration of the server that asked for this, the client was ours, and this job may be all by
			// which an edit was announced. Now it is Wikibase's: a trigger tells it.
			$this->scheduler->scheduleTrigger();
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
			$this->report->failed( $siteId, $e );
			throw $e;
		} catch ( Throwable $e ) {
			$this->report->failed( $siteId, $e );
			throw $e;
		}
	}

	/**
	 * @return int|null seconds until the client's next pass is due; null when it needs none
	 */
	private function runPasses( string $siteId ): ?int {
		$end = ( $this->clock )() + $this->settings->maxTime();
		do {
			$due = $this->onePass->run( $siteId )?->due;
		} while ( $due === 0 && ( $this->clock )() < $end );
		return $due;
	}

	/**
	 * The client has to wait: for another runner, which may have died, or for the end of a rest after a failure.
	 *
	 * @param string $siteId
	 * @param DispatchException $reason
	 */
	private function comeBack( string $siteId, DispatchException $reason ): void {
		Event::PassDeferred->write( $this->logger, [
			'client' => $siteId,
			'reason' => $reason->getMessage(),
		] );
		if ( $this->queues->canDelay( Jobs::TRIGGER ) ) {
			$this->scheduler->lookAgain();
		} elseif ( $reason instanceof ClientClaimedException ) {
			// A claim ends soon, one way or the other. To end this job now could leave nobody who looks.
			( $this->sleep )( self::BREATH );
			$this->leaveSuccessor( $siteId );
		} else {
			// A rest can be long. The queue repeats what fails, and does not ask every second.
			throw $reason;
		}
	}

	/**
	 * An edit that has not ended keeps the client from what is visible behind it. Where the queue cannot delay jobs the
	 * successor runs at once, but native code waits a while for the edit.
	 */
	private function waitForGap( string $siteId ): void {
		Event::GapAwaited->write( $this->logger, [ 'client' => $siteId ] );
		if ( $this->queues->canDelay( Jobs::TRIGGER ) ) {
			$this->scheduler->lookAgain();
		} else {
			$this->leaveSuccessor( $siteId );
		}
	}

	/**
	 * A client that goes back to Wikibase is let go by a trigger, when it has got everything up to a position. It may
	 * just have got that, from the last job of all; and others may wait for what Wikibase is reminded of then.
	 */
	private function haveItLetGo( string $siteId ): void {
		if ( in_array( $siteId, $this->rollout->leavingClients(), true ) ) {
			$this->scheduler->scheduleTrigger();
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		}
	}

	/** With a single client there are no triggers that would. */
	private function schedulePruning(): void {
		if ( $this->settings->onlyClient() !== null && $this->native->dispatcher()->pruneIsDue() ) {
			$this->queues->push( [ Jobs::prune() ] );
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		}
	}

	private function leaveSuccessor( string $siteId ): void {
		$this->queues->push( [ Jobs::client( $siteId ) ] );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}
}
