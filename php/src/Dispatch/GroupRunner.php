<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use Throwable;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\Pass;
use WikibaseDispatch\PassGroup;
use WikibaseDispatch\TriggerOutcome;

/**
 * Serves the clients that a trigger found due, in groups, without a job for each of them.
 *
 * For each group the order is the one that {@see PassRunner} keeps: notifications are pushed, then made durable, and
 * only then are the passes finished. One client's failure is its own: its pass is abandoned, and the others go on.
 */
class GroupRunner {

	/**
	 * @param NotificationPusher $pusher
	 * @param TriggerScheduler $scheduler
	 * @param ILBFactory $loadBalancers
	 * @param PassReport $report
	 * @param Closure():float $clock seconds; never goes back
	 */
	public function __construct(
		private readonly NotificationPusher $pusher,
		private readonly TriggerScheduler $scheduler,
		private readonly ILBFactory $loadBalancers,
		private readonly PassReport $report,
		private readonly Closure $clock
	) {
	}

	/**
	 * @param TriggerOutcome $outcome
	 * @param float $end when no further push is begun
	 * @param float $secondsPerGroup after which no further push of a group is begun: its claims must outlast the last
	 * @param bool $askForHelp whether another runner is to be called if there is more than one group to serve
	 */
	public function run( TriggerOutcome $outcome, float $end, float $secondsPerGroup, bool $askForHelp ): Served {
		$served = new Served();
		while ( ( $this->clock )() < $end ) {
			$groupEnd = min( $end, ( $this->clock )() + $secondsPerGroup );
			// Native code writes through a connection of its own, which would wait for a transaction of ours.
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
			$group = $outcome->beginPasses();
			if ( $group === null ) {
				break;
			}
			if ( $askForHelp && $outcome->waitingClients() > 0 ) {
				// First, because a queue drops it while the delayed one waits that follows.
				$this->scheduler->scheduleTrigger();
				$askForHelp = false;
			}
			$this->scheduler->lookAgain();
			$this->runGroup( $group, $groupEnd, $served );
		}
		return $served;
	}

	private function runGroup( PassGroup $group, float $end, Served $served ): void {
		$pushed = [];
		foreach ( $group->passes() as $at => $pass ) {
			if ( $at > 0 && ( $this->clock )() >= $end ) {
				$served->areSomeLeft = true;
				break;
			}
			$siteId = $pass->siteId();
			try {
				$notifications = $pass->notifications();
				$this->pusher->push(
					$siteId, $pass->domain(), $notifications, $pass->changeIds(), $pass->isRepeat()
				);
				// Each on its own, so that the failure of one cannot roll another's back.
				$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
				$pushed[$siteId] = [ $pass, count( $notifications ) ];
			} catch ( Throwable $e ) {
				$this->loadBalancers->rollbackPrimaryChanges( __METHOD__ );
				$this->report->failed( $siteId, $e );
				$served->failed[] = $siteId;
				$this->abandon( $pass );
			}
		}
		$lost = $group->finish( array_map( 'strval', array_keys( $pushed ) ) );
		$served->passes += count( $pushed );
		foreach ( $pushed as [ $pass, $notifications ] ) {
			if ( in_array( $pass->siteId(), $lost, true ) ) {
				$this->report->lost( $pass->siteId() );
			} else {
				$this->report->finished( $pass, $notifications );
			}
		}
	}

	private function abandon( Pass $pass ): void {
		try {
			$pass->abandon();
		} catch ( Throwable $e ) {
			// The claim expires by itself, and the others of the group are to be served.
			$this->report->failed( $pass->siteId(), $e );
		}
	}
}
