<?php
/**
 * JobQueueRedis that writes down when a notification was put into it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTiming\Wiki;

use JobQueueRedis;

class NotedRedisQueue extends JobQueueRedis {
	use NotedQueue;
}
