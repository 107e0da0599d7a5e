<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use Throwable;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\DispatchException;

/**
 * Runs one pass for one client.
 *
 * The order is what keeps changes: notifications are pushed, then they are made durable, and only then is the pass
 * finished, which advances what the client has seen. Native code writes through a connection of its own, so no
 * transaction of ours may be open when it does: on SQLite it would wait for our lock.
 */
class OnePass {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly NotificationPusher $pusher,
		private readonly TriggerScheduler $scheduler,
		private readonly ILBFactory $loadBalancers,
		private readonly PassReport $report
	) {
	}

	/**
	 * @param string $siteId
	 * @return FinishedPass|null null when the client needs no pass
	 * @throws DispatchException
	 */
	public function run( string $siteId ): ?FinishedPass {
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		$pass = $this->native->dispatcher()->beginPass( $siteId );
		if ( $pass === null ) {
			return null;
		}
		// The pass is given to nobody: a trace that holds it would keep it from giving its claim back.
		try {
			$this->scheduler->lookAgain();
			$notifications = $pass->notifications();
			$this->pusher->push(
				$siteId, $pass->domain(), $notifications, $pass->changeIds(), $pass->isRepeat()
			);
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
			$due = $pass->finish();
		} catch ( Throwable $e ) {
			// Before the pass is dropped, which writes: see above.
			$this->loadBalancers->rollbackPrimaryChanges( __METHOD__ );
			// Before it is dropped, too, because that counts the failure.
			$this->report->failed( $siteId, $e );
			throw $e;
		}
		$this->report->finished( $pass, count( $notifications ) );
		return new FinishedPass( $pass->end(), $pass->changeCount(), $due );
	}
}
