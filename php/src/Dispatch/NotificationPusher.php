<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ShadowRecord;
use MediaWiki\JobQueue\JobSpecification;
use Throwable;

/**
 * Pushes the notifications of a pass to the client's queue, in their order; or, where the client is only watched, notes
 * what they tell of.
 */
class NotificationPusher {

	/**
	 * A queue in a database inserts many jobs by one statement, and databases bound the length of a statement (by
	 * 16 MiB, usually, of which quoting can take half).
	 */
	private const MAX_BYTES_PER_PUSH = 4 * 1024 * 1024;

	public function __construct(
		private readonly JobQueues $queues,
		private readonly RolloutKeeper $rollout,
		private readonly ShadowRecord $shadow
	) {
	}

	/**
	 * @param string $siteId of a client whose pass has begun
	 * @param string $domain
	 * @param list<array{type:string,params:array}> $notifications
	 * @param list<int> $changeIds of the changes that they carry
	 * @param bool $isRepeat whether they may have been pushed already
	 * @throws PushFailedException
	 */
	public function push(
		string $siteId, string $domain, array $notifications, array $changeIds, bool $isRepeat
	): void {
		if ( $this->rollout->isWatched( $siteId ) ) {
			$this->shadow->note( $siteId, ShadowRecord::OURS, $changeIds );
			return;
		}
		$jobs = [];
		$bytes = 0;
		foreach ( $notifications as $notification ) {
			$size = self::size( $notification['params'] );
			if ( $jobs !== [] && $bytes + $size > self::MAX_BYTES_PER_PUSH ) {
				$this->pushTo( $domain, $jobs );
				$jobs = [];
				$bytes = 0;
			}
			$dropDuplicate = $isRepeat || !$this->queues->recognisesUnmarked( $notification['type'] );
			$jobs[] = Jobs::notification( $notification, $dropDuplicate );
			$bytes += $size;
		}
		$this->pushTo( $domain, $jobs );
	}

	/**
	 * @param string $domain
	 * @param list<JobSpecification> $jobs
	 */
	private function pushTo( string $domain, array $jobs ): void {
		try {
			$this->queues->pushTo( $domain, $jobs );
		} catch ( Throwable $e ) {
			throw new PushFailedException( $domain, $e );
		}
	}

	private static function size( array $params ): int {
		$size = 0;
		foreach ( $params as $value ) {
			$size += is_string( $value ) ? strlen( $value ) : strlen( serialize( $value ) );
		}
		return $size;
	}
}
