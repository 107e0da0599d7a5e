<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Trigger;

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchListener;
use MediaWiki\Extension\WikibaseDispatch\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use Psr\Log\LoggerInterface;
use WikibaseDispatch\TriggerOutcome;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The look at who needs a pass: the rollout is brought about first, and what was found is reported.
 */
class Look {

	/**
	 * @param NativeFactory $native
	 * @param RolloutKeeper $rollout
	 * @param ILBFactory $loadBalancers
	 * @param BadChangeReport $badChanges
	 * @param LoggerInterface $logger
	 * @param list<DispatchListener> $listeners
	 */
	public function __construct(
		private readonly NativeFactory $native,
		private readonly RolloutKeeper $rollout,
		private readonly ILBFactory $loadBalancers,
		private readonly BadChangeReport $badChanges,
		private readonly LoggerInterface $logger,
		private readonly array $listeners = []
	) {
	}

	public function look(): TriggerOutcome {
		$this->rollout->begin();
		$this->native->learnWhoLeaves();
		// Native code writes through a connection of its own, which would wait for a transaction of ours.
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		$outcome = $this->native->dispatcher()->trigger();
		Event::Triggered->write( $this->logger, [
			'due' => count( $outcome->clients() ),
			'horizon' => $outcome->horizon(),
			'initialised' => $outcome->initialised(),
			'fastForwarded' => $outcome->fastForwarded(),
			'successorDelay' => $outcome->successorDelay(),
			'waitsForGap' => $outcome->waitsForGap(),
		] );
		foreach ( $this->listeners as $listener ) {
			$listener->triggerLooked( $outcome );
		}
		$this->reportRepairs( $outcome->repairs() );
		$this->rollout->horizonFound( $outcome->horizon() );
		$this->badChanges->report( $outcome->badChanges(), 'the change buffer', [] );
		return $outcome;
	}

	private function reportRepairs( array $repairs ): void {
		if ( $repairs !== [] ) {
			Event::BufferRestored->write( $this->logger, [ 'count' => count( $repairs ), 'clients' => $repairs ] );
		}
	}
}
