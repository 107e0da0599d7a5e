<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Trigger;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchListener;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\GroupRunner;
use MediaWiki\Extension\WikibaseDispatch\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use Psr\Log\LoggerInterface;
use Throwable;
use WikibaseDispatch\TriggerOutcome;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Looks who needs a pass, and sees to it: in this very job, or by a job for each client (`dispatchStrategy`).
 */
class TriggerRunner {

	/** Seconds to wait for somebody else's pass where the queue cannot. */
	private const BREATH = 1;

	/**
	 * @param NativeFactory $native
	 * @param Look $look
	 * @param GroupRunner $groups
	 * @param JobQueues $queues
	 * @param TriggerScheduler $scheduler
	 * @param WikiSettings $settings
	 * @param ILBFactory $loadBalancers
	 * @param LoggerInterface $logger
	 * @param Closure():float $clock seconds; never goes back
	 * @param Closure(int):mixed $sleep takes seconds
	 * @param list<DispatchListener> $listeners
	 */
	public function __construct(
		private readonly NativeFactory $native,
		private readonly Look $look,
		private readonly GroupRunner $groups,
		private readonly JobQueues $queues,
		private readonly TriggerScheduler $scheduler,
		private readonly WikiSettings $settings,
		private readonly ILBFactory $loadBalancers,
		private readonly LoggerInterface $logger,
		private readonly Closure $clock,
		private readonly Closure $sleep,
		private readonly array $listeners = []
	) {
	}

	public function run(): void {
		$start = ( $this->clock )();
		try {
			if ( $this->settings->dispatchStrategy() === WikiSettings::JOBS ) {
				$this->scheduleJobs();
			} else {
				$this->serve();
			}
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		} catch ( Throwable $e ) {
			Event::TriggerFailed->write( $this->logger, [], $e );
			foreach ( $this->listeners as $listener ) {
				$listener->triggerFailed( $e );
			}
			throw $e;
		} finally {
			foreach ( $this->listeners as $listener ) {
				$listener->triggerEnded( ( $this->clock )() - $start );
			}
		}
	}

	private function scheduleJobs(): void {
		$outcome = $this->look->look();
		$this->queues->push( array_map( Jobs::client( ... ), $outcome->clients() ) );
		$this->schedulePruning( $outcome->pruneIsDue() );
		$this->leaveSuccessor( $outcome, $outcome->successorDelay() );
	}

	private function serve(): void {
		$end = ( $this->clock )() + $this->settings->maxTime();
		$canDelay = $this->queues->canDelay( Jobs::TRIGGER );
		$askForHelp = $this->settings->dispatchStrategy() === WikiSettings::AUTO;
		$failed = [];
		$pruneIsDue = false;
		$metOthers = false;
		do {
			$hadMetOthers = $metOthers;
			$outcome = $this->look->look();
			$pruneIsDue = $pruneIsDue || $outcome->pruneIsDue();
			// A push that was begun in the first half of a claim has the second half to end in.
			$served = $this->groups->run( $outcome, $end, $this->native->claimTtl() / 2, $askForHelp );
			$failed = array_merge( $failed, $served->failed );
			$isTimeUp = ( $this->clock )() >= $end;
			// An edit may have been announced to a trigger that found its client claimed, by us. Where jobs cannot be
			// delayed nobody else comes back for it, or for those for whom a group had no time, or for what another
			// trigger did not see that was at a client before us.
			$metOthers = $outcome->metOthers();
			$mustLookAgain = !$canDelay
				&& ( $served->passes > 0 || $served->areSomeLeft || ( $metOthers && !$hadMetOthers ) );
		} while ( $mustLookAgain && !$isTimeUp );

		$this->schedulePruning( $pruneIsDue );
		$areSomeLeft = $served->areSomeLeft || $outcome->waitingClients() > 0;
		if ( $isTimeUp && ( $mustLookAgain || $areSomeLeft ) ) {
			$this->scheduler->scheduleTrigger();
		} else {
			$this->leaveSuccessor( $outcome, $outcome->successorDelay() );
		}
		if ( !$canDelay ) {
			// The queue repeats the job of a client that fails, and no trigger comes by itself.
			$this->queues->push( array_map( Jobs::client( ... ), array_values( array_unique( $failed ) ) ) );
			if ( $metOthers || $outcome->waitsForClaim() ) {
				$this->lookAgainLater();
			}
		}
	}

	private function schedulePruning( bool $isDue ): void {
		if ( $isDue ) {
			$this->queues->push( [ Jobs::prune() ] );
		}
	}

	private function leaveSuccessor( TriggerOutcome $outcome, ?int $delay ): void {
		// A successor that cannot wait would only find the same, over and over; unless this trigger has waited itself.
		$canWait = $this->queues->canDelay( Jobs::TRIGGER ) || $outcome->waitsForGap();
		if ( $delay !== null && $canWait ) {
			$this->scheduler->scheduleTrigger( $delay );
		}
	}

	/**
	 * A client's runner may be dead, and its claim ends only later. To end this job now could leave nobody who looks.
	 */
	private function lookAgainLater(): void {
		( $this->sleep )( self::BREATH );
		$this->scheduler->scheduleTrigger();
	}
}
