<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use Psr\Log\LoggerInterface;
use Throwable;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\DispatchException;

/**
 * Runs passes for one client, until it is up to the horizon or time is up.
 *
 * The order is what keeps changes: notifications are pushed, then they are made durable, and only then is the pass
 * finished, which advances what the client has seen. Native code writes through a connection of its own, so no
 * transaction of ours may be open when it does: on SQLite it would wait for our lock.
 */
class PassRunner {

	/**
	 * @param NativeFactory $native
	 * @param NotificationPusher $pusher
	 * @param JobQueues $queues
	 * @param WikiSettings $settings
	 * @param ILBFactory $loadBalancers
	 * @param BadChangeReport $badChanges
	 * @param LoggerInterface $logger
	 * @param Closure():float $clock seconds; never goes back
	 */
	public function __construct(
		private readonly NativeFactory $native,
		private readonly NotificationPusher $pusher,
		private readonly JobQueues $queues,
		private readonly WikiSettings $settings,
		private readonly ILBFactory $loadBalancers,
		private readonly BadChangeReport $badChanges,
		private readonly LoggerInterface $logger,
		private readonly Closure $clock
	) {
	}

	/**
	 * @param string $siteId
	 * @throws DispatchException
	 */
	public function run( string $siteId ): void {
		try {
			$this->leaveSuccessor( $siteId, $this->runPasses( $siteId ) );
		} catch ( Throwable $e ) {
			$this->logger->error( 'dispatching to {client} failed: {exception}', [
				'client' => $siteId,
				'exception' => $e,
				'code' => $e->getCode(),
				'retryable' => $e instanceof DispatchException ? $e->isRetryable() : true,
			] );
			throw $e;
		}
	}

	/**
	 * @return int|null seconds until the client's next pass is due; null when it needs none
	 */
	private function runPasses( string $siteId ): ?int {
		$end = ( $this->clock )() + $this->settings->maxTime();
		do {
			$due = $this->runPass( $siteId );
		} while ( $due === 0 && ( $this->clock )() < $end );
		return $due;
	}

	private function runPass( string $siteId ): ?int {
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		$pass = $this->native->dispatcher()->beginPass( $siteId );
		if ( $pass === null ) {
			return null;
		}
		// The pass is given to nobody: a trace that holds it would keep it from giving its claim back.
		try {
			$this->pusher->push( $pass->domain(), $pass->notifications() );
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
			$due = $pass->finish();
		} catch ( Throwable $e ) {
			// Before the pass is dropped, which writes: see above.
			$this->loadBalancers->rollbackPrimaryChanges( __METHOD__ );
			throw $e;
		}
		$this->badChanges->report( $pass->badChanges(), "the pass for $siteId", [ 'client' => $siteId ] );
		$this->logger->info( 'dispatched {changes} changes to {client}, which has now seen {end}', [
			'client' => $siteId,
			'changes' => $pass->changeCount(),
			'notifications' => count( $pass->notifications() ),
			'seen' => $pass->seen(),
			'end' => $pass->end(),
			'due' => $due,
		] );
		return $due;
	}

	/**
	 * @param string $siteId
	 * @param int|null $due see {@see runPasses()}
	 */
	private function leaveSuccessor( string $siteId, ?int $due ): void {
		// Where jobs cannot be delayed clients do not rest; what still makes one wait is found by the next trigger.
		if ( $due === 0 || ( $due !== null && $this->queues->canDelay( Jobs::CLIENT ) ) ) {
			$this->queues->push( [ Jobs::client( $siteId, $due ) ] );
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		}
	}
}
