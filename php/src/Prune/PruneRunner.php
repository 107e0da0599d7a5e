<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Prune;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchListener;
use MediaWiki\Extension\WikibaseDispatch\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use Psr\Log\LoggerInterface;
use Throwable;
use WikibaseDispatch\PruneOutcome;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Deletes changes that nobody needs any more, in small batches, until none is left or time is up. Before each batch it
 * waits for the replicas to have what was deleted before; if they do not follow, it ends, and the next trigger finds
 * pruning due again.
 */
class PruneRunner {

	/** Seconds for which replicas are waited for. MediaWiki's own limit for jobs is a minute. */
	private const PATIENCE = 5;

	/**
	 * @param NativeFactory $native
	 * @param RolloutKeeper $rollout
	 * @param JobQueues $queues
	 * @param WikiSettings $settings
	 * @param ILBFactory $loadBalancers
	 * @param LoggerInterface $logger
	 * @param Closure():float $clock seconds; never goes back
	 * @param list<DispatchListener> $listeners
	 */
	public function __construct(
		private readonly NativeFactory $native,
		private readonly RolloutKeeper $rollout,
		private readonly JobQueues $queues,
		private readonly WikiSettings $settings,
		private readonly ILBFactory $loadBalancers,
		private readonly LoggerInterface $logger,
		private readonly Closure $clock,
		private readonly array $listeners = []
	) {
	}

	public function run(): void {
		try {
			$this->pruneInTime();
		} catch ( Throwable $e ) {
			Event::PruneFailed->write( $this->logger, [], $e );
			throw $e;
		}
	}

	private function pruneInTime(): void {
		$end = ( $this->clock )() + $this->settings->maxTime();
		$outcome = null;
		$deleted = 0;
		$follow = true;
		$limit = $this->rollout->pruneLimit();
		do {
			if ( !$this->replicasFollow() ) {
				$follow = false;
				break;
			}
			$outcome = $this->native->dispatcher()->prune( $limit );
			$deleted += $outcome->deleted();
			foreach ( $this->listeners as $listener ) {
				$listener->pruned( $outcome );
			}
		} while ( $outcome->isMoreLeft() && ( $this->clock )() < $end );
		$this->report( $outcome, $deleted, $follow );
		// Not where replicas do not follow: it would run at once, and delete the next batch.
		if ( $follow && $outcome->isMoreLeft() ) {
			$this->queues->push( [ Jobs::prune() ] );
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		}
	}

	/**
	 * Waits for the replicas, a bounded time, and leaves no transaction of ours open, which native code would wait for.
	 */
	private function replicasFollow(): bool {
		// MediaWiki waits only where it is connected to the primary. That native code is, it does not know; and where
		// jobs are in Redis, nobody else may have connected.
		$this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY )->ping();
		$follow = $this->loadBalancers->waitForReplication( [ 'timeout' => self::PATIENCE ] );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		return $follow;
	}

	private function report( ?PruneOutcome $outcome, int $deleted, bool $follow ): void {
		if ( !$follow ) {
			Event::PruneStopped->write( $this->logger );
		}
		if ( $outcome === null ) {
			return;
		}
		Event::Pruned->write( $this->logger, [
			'deleted' => $deleted,
			'cutoff' => $outcome->cutoff(),
			'isMoreLeft' => $outcome->isMoreLeft(),
			'uninitialised' => $outcome->uninitialised(),
		] );
		$unconfigured = $outcome->unconfigured();
		if ( $unconfigured !== [] ) {
			Event::UnconfiguredClients->write(
				$this->logger, [ 'count' => count( $unconfigured ), 'clients' => $unconfigured ]
			);
		}
	}
}
