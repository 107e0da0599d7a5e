<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use Redis;
use WikibaseDispatchTests\RedisServer;

/**
 * MediaWiki's queue in Redis, on a real server.
 */
trait OnRedis {

	private static RedisServer $server;
	private static Redis $redis;

	public static function setUpBeforeClass(): void {
		self::$server = new RedisServer();
		self::$redis = self::$server->connect();
	}

	public static function tearDownAfterClass(): void {
		self::$redis->close();
		self::$server->stop();
	}

	protected function configuration(): array {
		return self::$server->jobQueue();
	}

	protected function waiting( string $wiki, string $type ): array {
		$queue = "$wiki:jobqueue:$type";
		$ids = [
			...array_reverse( self::$redis->lRange( "$queue:l-unclaimed", 0, -1 ) ),
			...self::$redis->zRange( "$queue:z-delayed", 0, -1 ),
		];
		return array_map(
			static fn ( string $id ) => unserialize( self::$redis->hGet( "$queue:h-data", $id ) )['params'],
			$ids
		);
	}

	protected function runReady( string $wiki ): void {
		$this->runJobs( $wiki );
	}

	protected function loseJobs(): void {
		self::$redis->flushAll();
	}
}
