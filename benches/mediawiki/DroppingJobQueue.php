<?php
/**
 * A job queue that forgets what is pushed to it: what remains of a run is everything but the pushes to clients.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench;

use JobQueue;

class DroppingJobQueue extends JobQueue {

	protected function supportedOrders() {
		return [ 'random' ];
	}

	protected function optimalOrder() {
		return 'random';
	}

	protected function doIsEmpty() {
		return true;
	}

	protected function doGetSize() {
		return 0;
	}

	protected function doGetAcquiredCount() {
		return 0;
	}

	protected function doBatchPush( array $jobs, $flags ) {
	}

	protected function doPop() {
		return false;
	}

	protected function doAck( $job ) {
	}

	public function getAllQueuedJobs() {
		return new \ArrayIterator( [] );
	}
}
