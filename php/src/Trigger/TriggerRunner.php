<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Trigger;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use Psr\Log\LoggerInterface;
use Throwable;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\DispatchException;

/**
 * Looks who needs a pass, and schedules it.
 */
class TriggerRunner {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly JobQueues $queues,
		private readonly TriggerScheduler $scheduler,
		private readonly ILBFactory $loadBalancers,
		private readonly LoggerInterface $logger
	) {
	}

	public function run(): void {
		try {
			$this->look();
		} catch ( Throwable $e ) {
			$this->logger->error( 'the trigger failed: {exception}', [
				'exception' => $e,
				'code' => $e->getCode(),
				'retryable' => $e instanceof DispatchException ? $e->isRetryable() : true,
			] );
			throw $e;
		}
	}

	private function look(): void {
		// Native code writes through a connection of its own, which would wait for a transaction of ours.
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		$outcome = $this->native->dispatcher()->trigger();

		$clients = $outcome->clients();
		$successorDelay = $outcome->successorDelay();
		$this->logger->info( 'trigger: {due} clients are due, {fastForwarded} were fast-forwarded to {horizon}', [
			'due' => count( $clients ),
			'horizon' => $outcome->horizon(),
			'initialised' => $outcome->initialised(),
			'fastForwarded' => $outcome->fastForwarded(),
			'successorDelay' => $successorDelay,
			'waitsForGap' => $outcome->waitsForGap(),
		] );
		$this->reportRepairs( $outcome->repairs() );

		$this->queues->push( array_map( static fn ( string $siteId ) => Jobs::client( $siteId ), $clients ) );
		// A successor that cannot wait would only find the same, over and over; unless this trigger has waited itself.
		$canWait = $this->queues->canDelay( Jobs::TRIGGER ) || $outcome->waitsForGap();
		if ( $successorDelay !== null && $canWait ) {
			$this->scheduler->scheduleTrigger( $successorDelay );
		}
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}

	private function reportRepairs( array $repairs ): void {
		if ( $repairs !== [] ) {
			$this->logger->warning(
				'the change buffer was restored or truncated: {count} clients had seen more than was ever written, ' .
				'and get what is in it again',
				[ 'count' => count( $repairs ), 'clients' => $repairs ]
			);
		}
	}
}
