<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Takeover;

use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\JobQueue\IJobSpecification;
use MediaWiki\JobQueue\JobQueue;
use MediaWiki\MediaWikiServices;
use MediaWiki\WikiMap\WikiMap;

/**
 * The queue of Wikibase's `DispatchChanges` jobs, in front of the queue that is configured for them.
 *
 * A push says that a change was written, and that is all we need to know of it: it reaches the queue behind only while
 * some client is Wikibase's. Whatever is in that queue is still popped and counted there.
 */
class AnnouncingQueue extends JobQueue {

	private readonly JobQueue $queue;

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
	 * Pushes jobs that announce nothing.
	 *
	 * @param list<IJobSpecification> $jobs
	 */
	public function pushForWikibase( array $jobs ): void {
		$this->queue->push( $jobs );
	}

	/**
	 * @inheritDoc
	 */
	protected function doBatchPush( array $jobs, $flags ) {
		if ( !WikiMap::isCurrentWikiDbDomain( $this->getDomain() ) ) {
			$this->queue->batchPush( $jobs, $flags );
			return;
		}
		$announcer = WikibaseDispatchServices::editAnnouncer( MediaWikiServices::getInstance() );
		if ( $announcer->isForWikibase() ) {
			$this->queue->batchPush( $jobs, $flags );
		}
		$announcer->changesWritten( count( $jobs ) );
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
