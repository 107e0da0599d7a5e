<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\JobAttempts;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\JobQueue\JobQueueDB;
use MediaWiki\JobQueue\JobQueueGroupFactory;
use MediaWiki\JobQueue\JobQueueRedis;

/**
 * Takes further notifications of Wikibase's own kind from this wiki's queue, so that they are handled together.
 *
 * A repo with Wikibase's dispatching queues one for each entity. Handled one by one, each asks the database the same
 * questions and pushes the same kinds of jobs; together they do so once.
 *
 * Only those that were never tried before are handled together. When a runner dies, each job that it had claimed has
 * lost an attempt, so one that kills runners (by the memory that it needs) would have all the others given up with it;
 * alone, it has only itself given up.
 */
class WaitingNotifications {

	/** As much as a notification of our own holds at most, so that memory is bounded alike. */
	private const CHANGES = 1000;
	private const BYTES = 4 * 1024 * 1024;

	public function __construct(
		private readonly JobQueueGroupFactory $groups,
		private readonly JobAttempts $attempts
	) {
	}

	/**
	 * @param EntityChangeNotificationJob $first that is at hand already
	 * @return list<EntityChangeNotificationJob> claimed: the queue repeats those that are not {@see done()} in time
	 */
	public function take( EntityChangeNotificationJob $first ): array {
		$group = $this->groups->makeJobQueueGroup();
		$queue = $group->get( Jobs::ENTITY_CHANGE_NOTIFICATION );
		ClassNames::load( JobQueueDB::class, JobQueueRedis::class );
		// Other queues bring their jobs by themselves.
		if ( !$queue instanceof JobQueueDB && !$queue instanceof JobQueueRedis ) {
			return [];
		}
		$jobs = [];
		$changes = count( $first->rows() );
		$bytes = self::bytes( $first );
		$isNew = $this->attempts->of( $queue, $first ) === 1;
		while ( $isNew && $changes < self::CHANGES && $bytes < self::BYTES ) {
			$job = $queue->pop();
			if ( !$job instanceof EntityChangeNotificationJob ) {
				break;
			}
			$jobs[] = $job;
			$changes += count( $job->rows() );
			$bytes += self::bytes( $job );
			$isNew = $this->attempts->of( $queue, $job ) === 1;
			$job->isToBeHandledAlone = !$isNew;
		}
		return $jobs;
	}

	private static function bytes( EntityChangeNotificationJob $job ): int {
		return array_sum( array_map(
			// @mago-expect analysis:redundant-type-comparison,redundant-condition - a job may hold anything
			static fn ( mixed $row ) => strlen( (string)( is_array( $row ) ? $row['info'] ?? '' : '' ) ), $job->rows()
		) );
	}

	public function done( EntityChangeNotificationJob $job ): void {
		$this->groups->makeJobQueueGroup()->ack( $job );
	}
}
