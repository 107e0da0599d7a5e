<?php
/**
 * All wikis' queues in a Redis server of the test's own (MediaWiki's `JobQueueRedis`), without the service that a farm
 * has beside it: a job that is held back never comes, and nobody else gets a dead runner's. They are emptied together,
 * the repo's too.
 *
 * Wikis have no table prefix here; else their keys would begin otherwise.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use Redis;

class RedisQueues implements Queues {

	private const NOTIFICATION = 'DispatchNotification';

	private readonly RedisServer $server;
	private readonly Redis $redis;
	private ?Process $monitor = null;

	/** Starts the server, and has the farm use it. */
	public function __construct( private readonly Farm $farm ) {
		$this->server = new RedisServer( "{$farm->folder}/redis" );
		$this->redis = $this->server->connect();
		$farm->setJobQueue( $this->server->jobQueue() );
	}

	/**
	 * @inheritDoc
	 */
	public function install(): void {
		// It ends with the server.
		$this->monitor = new Process(
			[ 'redis-cli', '-s', $this->server->socket(), 'MONITOR' ], "{$this->farm->folder}/log/redis-monitor.log"
		);
	}

	/**
	 * @inheritDoc
	 */
	public function notifications(): int {
		// As the queue's script does it: 1700000000.123456 [0 lua] "lPush" "enwiki:jobqueue:…:l-unclaimed" "id"
		$pattern = '/^[\d.]+ \[0 lua\] "lPush" "[^":]+:jobqueue:' . self::NOTIFICATION . ':l-unclaimed"/i';
		$pushed = 0;
		$log = fopen( $this->monitor->log, 'r' );
		while ( ( $line = fgets( $log ) ) !== false ) {
			$pushed += preg_match( $pattern, $line );
		}
		return $pushed;
	}

	/**
	 * @inheritDoc
	 */
	public function jobs( string $wiki ): array {
		$jobs = [ 'ready' => 0, 'claimed' => 0, 'abandoned' => 0 ];
		foreach ( $this->redis->keys( "$wiki:jobqueue:*" ) as $key ) {
			match ( substr( $key, strrpos( $key, ':' ) + 1 ) ) {
				'l-unclaimed' => $jobs['ready'] += $this->redis->lLen( $key ),
				'z-claimed' => $jobs['claimed'] += $this->redis->zCard( $key ),
				'z-abandoned' => $jobs['abandoned'] += $this->redis->zCard( $key ),
				default => null,
			};
		}
		return $jobs;
	}

	/**
	 * @inheritDoc
	 */
	public function empty(): int {
		$waiting = $lost = 0;
		foreach ( $this->farm->wikis as $wiki ) {
			$queue = "$wiki:jobqueue:" . self::NOTIFICATION;
			$waiting += $this->redis->lLen( "$queue:l-unclaimed" );
			$lost += $this->redis->hLen( "$queue:h-data" );
		}
		// What dead runners hold is lost without that.
		if ( !$waiting ) {
			return 0;
		}
		$this->redis->flushAll();
		return $lost;
	}

	/**
	 * @inheritDoc
	 */
	public function unreturned(): int {
		$claimed = 0;
		foreach ( $this->farm->wikis as $wiki ) {
			$claimed += $this->redis->zCard( "$wiki:jobqueue:" . self::NOTIFICATION . ':z-claimed' );
		}
		return $claimed;
	}
}
