<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;

/**
 * MediaWiki's queue in Redis with `runJobs.php` alone: it says that it can delay jobs, and those that are delayed never
 * run, because the service that gives them out again does not.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays
 */
class RedisWithoutServiceTest extends QueueTestCase {

	use OnRedis;

	protected function setUp(): void {
		parent::setUp();
		self::$redis->flushAll();
	}

	protected function readyIn( string $wiki ): ?int {
		foreach ( self::$redis->keys( "$wiki:jobqueue:*:l-unclaimed" ) as $queue ) {
			if ( self::$redis->lLen( $queue ) > 0 ) {
				return 0;
			}
		}
		return null;
	}

	protected function moveOn( int $seconds ): void {
	}

	/** G16 */
	public function test_the_status_says_what_to_start(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->edit( 'Q1' );
		$this->runUntilDrained();
		$this->assertCount( 1, $this->waiting( Farm::REPO, Jobs::TRIGGER ), 'to see whether it comes' );
		$this->assertStringNotContainsString( 'delayed-jobs-do-not-run', $this->status() );
		$this->delays( 120 )->missed( Jobs::TRIGGER );
		$this->assertStringContainsString( 'delayed-jobs-do-not-run', $this->status() );
		$this->assertStringContainsString( 'redisJobChronService', $this->status() );
		$this->delays()->came( Jobs::TRIGGER );
		$this->assertStringNotContainsString( 'delayed-jobs-do-not-run', $this->status() );
	}

	/** G1: the service was there, and is not any more. */
	public function test_when_delayed_jobs_stop_coming_a_request_notices(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->farm->setSettings( [ 'triggerMaxDelay' => 3 ] );
		$this->delays()->came( Jobs::TRIGGER );
		$first = $this->edit( 'Q1' );
		$this->runUntilDrained();
		$this->assertSame( [], $this->delivered()['enwiki'], 'its trigger is delayed' );
		$this->farm->database( Farm::REPO )->exec( "UPDATE wb_changes SET change_time = '20200101000000'" );
		$web = new WebServer( $this->farm, Farm::REPO );
		try {
			$web->api( [ 'action' => 'query', 'meta' => 'siteinfo' ] );
		} finally {
			$web->stop();
		}
		$this->runUntilDrained();
		$this->assertSame( [ $first ], $this->delivered()['enwiki'] );
		$second = $this->edit( 'Q1' );
		$this->runUntilDrained();
		$this->assertSame( [ $first, $second ], $this->delivered()['enwiki'], 'no delay is relied on any more' );
		$this->assertStringContainsString( 'a delayed wikibase-dispatch-trigger job', $this->farm->log() );
	}

	private function status(): string {
		return $this->farm->maintenance( Farm::REPO, dirname( __DIR__, 5 ) . '/maintenance/ShowStatus.php' )->output;
	}
}
