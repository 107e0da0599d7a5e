<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use MediaWiki\JobQueue\JobQueue;

/**
 * A queue of one type of jobs in front of the one that is configured for them, which keeps the jobs: whatever is not
 * overridden is asked of that.
 */
abstract class QueueInFront extends JobQueue {

	protected readonly JobQueue $queue;

	/**
	 * @param array<string,mixed> $params as those of every queue; `queue`: configuration of the one behind
	 */
	public function __construct( array $params ) {
		$behind = $params['queue'];
		unset( $params['queue'], $params['class'] );
		$this->queue = JobQueue::factory( $behind + $params );
		parent::__construct( array_intersect_key( $behind, [ 'typeAgnostic' => true ] ) + $params );
	}

	/**
	 * The entry of `$wgJobTypeConf` for a type whose jobs have such a queue.
	 *
	 * @param array<string,array> $queueConfigs `$wgJobTypeConf`
	 * @param string $type
	 * @param array<string,mixed> $params further ones, for the constructor
	 * @return array<string,mixed>
	 */
	public static function inFront( array $queueConfigs, string $type, array $params = [] ): array {
		$configured = $queueConfigs[$type] ?? $queueConfigs['default'];
		return ltrim( $configured['class'], '\\' ) === static::class
			? $configured : [ 'class' => static::class, 'queue' => $configured ] + $params;
	}

	/**
	 * @inheritDoc
	 */
	protected function doBatchPush( array $jobs, $flags ) {
		$this->queue->batchPush( $jobs, $flags );
	}

	/**
	 * @inheritDoc
	 */
	protected function supportedOrders() {
		return [ $this->queue->getOrder() ];
	}

	/**
	 * @inheritDoc
	 */
	protected function optimalOrder() {
		return $this->queue->getOrder();
	}

	/**
	 * @inheritDoc
	 */
	protected function supportsDelayedJobs() {
		return $this->queue->delayedJobsEnabled();
	}

	/**
	 * @inheritDoc
	 */
	protected function supportsTypeAgnostic(): bool {
		return true;
	}

	/**
	 * @inheritDoc
	 */
	protected function doIsEmpty() {
		return $this->queue->isEmpty();
	}

	/**
	 * @inheritDoc
	 */
	protected function doGetSize() {
		return $this->queue->getSize();
	}

	/**
	 * @inheritDoc
	 */
	protected function doGetAcquiredCount() {
		return $this->queue->getAcquiredCount();
	}

	/**
	 * @inheritDoc
	 */
	protected function doGetDelayedCount() {
		return $this->queue->getDelayedCount();
	}

	/**
	 * @inheritDoc
	 */
	protected function doGetAbandonedCount() {
		return $this->queue->getAbandonedCount();
	}

	/**
	 * @inheritDoc
	 */
	protected function doPop() {
		return $this->queue->pop();
	}

	/**
	 * @inheritDoc
	 */
	protected function doAck( $job ) {
		$this->queue->ack( $job );
	}

	/**
	 * @inheritDoc
	 */
	protected function doDeduplicateRootJob( $job ) {
		return $this->queue->deduplicateRootJob( $job );
	}

	/**
	 * @inheritDoc
	 */
	protected function doDelete() {
		$this->queue->delete();
	}

	/**
	 * @inheritDoc
	 */
	protected function doWaitForBackups() {
		$this->queue->waitForBackups();
	}

	/**
	 * @inheritDoc
	 */
	protected function doFlushCaches() {
		$this->queue->flushCaches();
	}

	/**
	 * @inheritDoc
	 */
	public function getAllQueuedJobs() {
		return $this->queue->getAllQueuedJobs();
	}

	/**
	 * @inheritDoc
	 */
	public function getAllDelayedJobs() {
		return $this->queue->getAllDelayedJobs();
	}

	/**
	 * @inheritDoc
	 */
	public function getAllAcquiredJobs() {
		return $this->queue->getAllAcquiredJobs();
	}

	/**
	 * @inheritDoc
	 */
	public function getAllAbandonedJobs() {
		return $this->queue->getAllAbandonedJobs();
	}

	/**
	 * @inheritDoc
	 */
	public function getCoalesceLocationInternal() {
		return $this->queue->getCoalesceLocationInternal();
	}

	/**
	 * @inheritDoc
	 */
	protected function doGetSiblingQueuesWithJobs( array $types ) {
		return $this->queue->getSiblingQueuesWithJobs( $types );
	}

	/**
	 * @inheritDoc
	 */
	protected function doGetSiblingQueueSizes( array $types ) {
		return $this->queue->getSiblingQueueSizes( $types );
	}
}
