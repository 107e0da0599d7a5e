<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use Closure;
use MediaWiki\JobQueue\Job;
use MediaWiki\JobQueue\JobQueue;
use MediaWiki\JobQueue\JobQueueDB;
use MediaWiki\JobQueue\JobQueueRedis;

/**
 * How often a job was claimed. MediaWiki's queues count that, to give up a job that kills each runner, and tell nobody:
 * so this reads it where they keep it.
 */
class JobAttempts {

	/**
	 * @param JobQueue $queue that the job was popped from
	 * @param Job $job
	 * @return int|null this attempt included; null: nobody knows
	 */
	public function of( object $queue, object $job ): ?int {
		ClassNames::load( JobQueueDB::class, JobQueueRedis::class );
		if ( $queue instanceof JobQueueDB && $job->getMetadata( 'id' ) !== null ) {
			return self::inDatabase( $queue, (int)$job->getMetadata( 'id' ) );
		}
		if ( $queue instanceof JobQueueRedis && $job->getMetadata( 'uuid' ) !== null ) {
			return self::inRedis( $queue, (string)$job->getMetadata( 'uuid' ) );
		}
		return null;
	}

	private static function inDatabase( object $queue, int $id ): ?int {
		// The closure is run as if it stood in the queue's class, whose connection need not be the wiki's.
		$db = Closure::bind(
			static fn ( object $queue ): object => $queue->getPrimaryDB(), null, JobQueueDB::class
		)( $queue );
		return self::number( $db->newSelectQueryBuilder()
			->select( 'job_attempts' )
			->from( 'job' )
			->where( [ 'job_id' => $id ] )
			->caller( __METHOD__ )
			->fetchField() );
	}

	private static function inRedis( object $queue, string $uuid ): ?int {
		return self::number( Closure::bind(
			static fn ( object $queue ): mixed =>
				$queue->getConnection()->hGet( $queue->getQueueKey( 'h-attempts' ), $uuid ),
			null,
			JobQueueRedis::class
		)( $queue ) );
	}

	private static function number( mixed $attempts ): ?int {
		return is_numeric( $attempts ) ? (int)$attempts : null;
	}
}
