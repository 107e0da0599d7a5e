<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Queue;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use Redis;

/**
 * MediaWiki's queue in Redis, on a real server. What makes a delayed job ready there, and takes a job back from a
 * runner that died, is a service beside MediaWiki, which farms run all the time: {@see JobChron} does the same.
 */
class RedisQueueTest extends DelayingQueueTestCase {

	private static RedisServer $server;
	private static Redis $redis;

	private JobChron $chron;

	public static function setUpBeforeClass(): void {
		self::$server = new RedisServer();
		self::$redis = self::$server->connect();
	}

	public static function tearDownAfterClass(): void {
		self::$redis->close();
		self::$server->stop();
	}

	protected function setUp(): void {
		parent::setUp();
		self::$redis->flushAll();
		$this->chron = new JobChron( self::$redis );
	}

	protected function configuration(): array {
		return [
			'class' => 'JobQueueRedis',
			'redisServer' => self::$server->socket(),
			'redisConfig' => [ 'connectTimeout' => 5 ],
			'daemonized' => true,
		];
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

	protected function readyIn( string $wiki ): ?int {
		return $this->chron->readyIn( $wiki );
	}

	protected function runReady( string $wiki ): void {
		$this->runJobs( $wiki );
	}

	protected function moveOn( int $seconds ): void {
		$this->chron->moveOn( $seconds );
	}

	protected function loseJobs(): void {
		self::$redis->flushAll();
	}

	/** G6 */
	public function test_at_most_one_trigger_waits_though_each_edit_is_announced(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		for ( $i = 0; $i < 4; $i++ ) {
			$this->edit( 'Q1' );
		}
		$this->assertCount( 1, $this->waiting( Farm::REPO, 'DispatchTrigger' ) );
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->runRound();
		$this->assertCount( 1, $this->waiting( Farm::REPO, 'DispatchTrigger' ), 'it looks whether all was done' );
		$this->edit( 'Q1' );
		$this->assertCount( 1, $this->waiting( Farm::REPO, 'DispatchTrigger' ) );
	}

	public function test_a_job_whose_runner_died_is_run_again(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->edit( 'Q1' );
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->chron->claim( Farm::REPO, 'DispatchTrigger' );
		$this->assertSame( [], $this->waiting( Farm::REPO, 'DispatchTrigger' ) );
		$this->runUntilDrained();
		$this->assertSame( [ 'enwiki' => [ $changeId ], 'dewiki' => [] ], $this->delivered() );
	}
}
