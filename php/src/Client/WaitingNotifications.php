<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use JobQueueDB;
use JobQueueRedis;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\JobQueue\JobQueueGroupFactory;

/**
 * Takes further notifications of Wikibase's own kind from this wiki's queue, so that they are handled together.
 *
 * A repo with Wikibase's dispatching queues one for each entity. Handled one by one, each asks the database the same
 * questions and pushes the same kinds of jobs; together they do so once.
 */
class WaitingNotifications {

	/** As much as a notification of our own holds at most, so that memory is bounded alike. */
	private const CHANGES = 1000;

	public function __construct( private readonly JobQueueGroupFactory $groups ) {
	}

	/**
	 * @param int $changes that are at hand already
	 * @return list<EntityChangeNotificationJob> claimed: the queue repeats those that are not {@see done()} in time
	 */
	public function take( int $changes ): array {
		$group = $this->groups->makeJobQueueGroup();
		$queue = $group->get( Jobs::ENTITY_CHANGE_NOTIFICATION );
		// Other queues bring their jobs by themselves.
		if ( !$queue instanceof JobQueueDB && !$queue instanceof JobQueueRedis ) {
			return [];
		}
		$jobs = [];
		while ( $changes < self::CHANGES ) {
			$job = $queue->pop();
			if ( !$job instanceof EntityChangeNotificationJob ) {
				break;
			}
			$jobs[] = $job;
			$changes += count( $job->rows() );
		}
		return $jobs;
	}

	public function done( EntityChangeNotificationJob $job ): void {
		$this->groups->makeJobQueueGroup()->ack( $job );
	}
}
