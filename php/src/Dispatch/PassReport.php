<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Log\Event;
use Psr\Log\LoggerInterface;
use Throwable;
use WeakMap;
use WikibaseDispatch\Pass;

/**
 * Says what became of a pass: one line in the log for each.
 */
class PassReport {

	/** @var WeakMap<Throwable,true> */
	private WeakMap $reported;

	/**
	 * @param BadChangeReport $badChanges
	 * @param LoggerInterface $logger
	 * @param Closure(string):int $failuresBefore of a client, since it was last dispatched to
	 * @param list<DispatchListener> $listeners
	 */
	public function __construct(
		private readonly BadChangeReport $badChanges,
		private readonly LoggerInterface $logger,
		private readonly Closure $failuresBefore,
		private readonly array $listeners = []
	) {
		$this->reported = new WeakMap();
	}

	/**
	 * @param Pass $pass
	 * @param int $notifications how many were pushed
	 */
	public function finished( Pass $pass, int $notifications ): void {
		$siteId = $pass->siteId();
		$this->badChanges->report( $pass->badChanges(), "the pass for $siteId", [ 'client' => $siteId ] );
		Event::PassFinished->write( $this->logger, [
			'client' => $siteId,
			'changes' => $pass->changeCount(),
			'notifications' => $notifications,
			'seen' => $pass->seen(),
			'end' => $pass->end(),
		] );
		foreach ( $this->listeners as $listener ) {
			$listener->passFinished( $pass, $notifications );
		}
	}

	/**
	 * @param string $siteId
	 */
	public function lost( string $siteId ): void {
		Event::ClaimLost->write( $this->logger, [ 'client' => $siteId ] );
		foreach ( $this->listeners as $listener ) {
			$listener->claimLost( $siteId );
		}
	}

	/**
	 * A client that cannot be reached is tried again and again, ever more rarely; it is an error once. What is reported
	 * and passed on is not reported again.
	 */
	public function failed( string $siteId, Throwable $e ): void {
		if ( isset( $this->reported[$e] ) ) {
			return;
		}
		$this->reported[$e] = true;
		$before = $this->failuresBefore( $siteId );
		$event = $before ? Event::PassFailedAgain : Event::PassFailed;
		$event->write( $this->logger, [ 'client' => $siteId, 'failures' => $before + 1 ], $e );
		foreach ( $this->listeners as $listener ) {
			$listener->passFailed( $siteId, $e );
		}
	}

	private function failuresBefore( string $siteId ): int {
		try {
			return ( $this->failuresBefore )( $siteId );
		} catch ( Throwable ) {
			// Then it is not the client that fails.
			return 0;
		}
	}
}
