<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use Redis;

/**
 * Does for the queues in Redis what farms have a service for: when its time has come it makes a delayed job ready, and
 * takes a job back from a runner that has had it for too long. Its time can be moved on: what was to come then comes
 * earlier.
 */
final class JobChron {

	/** Seconds after the time that stands with a job. A runner may have one for an hour: the service's default. */
	private const WAITS = [ 'z-delayed' => 0, 'z-claimed' => 3600 ];

	public function __construct( private readonly Redis $redis ) {
	}

	public function moveOn( int $seconds ): void {
		foreach ( $this->queues() as $queue ) {
			foreach ( self::WAITS as $set => $wait ) {
				foreach ( $this->redis->zRange( "$queue:$set", 0, -1, true ) as $id => $time ) {
					$this->releaseEarlier( $queue, (string)$id, $seconds );
					if ( $time - $seconds + $wait > time() ) {
						$this->redis->zAdd( "$queue:$set", $time - $seconds, $id );
					} else {
						$this->redis->zRem( "$queue:$set", $id );
						$this->redis->lPush( "$queue:l-unclaimed", $id );
					}
				}
			}
		}
	}

	private function releaseEarlier( string $queue, string $id, int $seconds ): void {
		$job = unserialize( $this->redis->hGet( "$queue:h-data", $id ) );
		if ( isset( $job['params']['jobReleaseTimestamp'] ) ) {
			$job['params']['jobReleaseTimestamp'] -= $seconds;
			$this->redis->hSet( "$queue:h-data", $id, serialize( $job ) );
		}
	}

	/** Seconds until a wiki has a job that can be run: 0 if it has; null if it has none. */
	public function readyIn( string $wiki ): ?int {
		$times = [];
		foreach ( $this->queues() as $queue ) {
			if ( !str_starts_with( $queue, "$wiki:" ) ) {
				continue;
			}
			if ( $this->redis->lLen( "$queue:l-unclaimed" ) > 0 ) {
				return 0;
			}
			foreach ( self::WAITS as $set => $wait ) {
				foreach ( $this->redis->zRange( "$queue:$set", 0, 0, true ) as $time ) {
					$times[] = max( 1, (int)$time + $wait - time() );
				}
			}
		}
		return $times ? min( $times ) : null;
	}

	/** Takes a job as a runner does, and does nothing with it. */
	public function claim( string $wiki, string $type ): void {
		$queue = "$wiki:jobqueue:$type";
		$id = $this->redis->rPop( "$queue:l-unclaimed" );
		$this->redis->hDel( "$queue:h-idBySha1", $this->redis->hGet( "$queue:h-sha1ById", $id ) );
		$this->redis->hDel( "$queue:h-sha1ById", $id );
		$this->redis->zAdd( "$queue:z-claimed", time(), $id );
		$this->redis->hIncrBy( "$queue:h-attempts", $id, 1 );
	}

	/**
	 * @return list<string> what the keys of each queue begin with
	 */
	private function queues(): array {
		return array_map( static function ( string $name ): string {
			[ $type, $domain ] = json_decode( $name );
			return "$domain:jobqueue:$type";
		}, $this->redis->sMembers( 'global:jobqueue:s-queuesWithJobs' ) );
	}
}
