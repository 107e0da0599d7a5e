<?php
/**
 * Stands for a queue that can hold jobs back, such as Redis or Kafka: costs what a push to the database costs.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench;

use JobQueueDB;

class DelayingJobQueue extends JobQueueDB {

	protected function supportsDelayedJobs() {
		return true;
	}
}
