<?php
/**
 * JobQueueDB that writes down when a notification was put into it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTiming\Wiki;

use JobQueueDB;

class NotedDatabaseQueue extends JobQueueDB {
	use NotedQueue;
}
