<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\JobAttempts;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\JobQueue\JobQueue;
use MediaWiki\MediaWikiServices;

/**
 * MediaWiki's queue in Redis, on a real server. What makes a delayed job ready there, and takes a job back from a
 * runner that died, is a service beside MediaWiki, which farms run all the time: {@see JobChron} does the same.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays
 */
class RedisQueueTest extends DelayingQueueTestCase {

	use OnRedis;

	private JobChron $chron;

	protected function setUp(): void {
		self::$redis->flushAll();
		$this->chron = new JobChron( self::$redis );
		parent::setUp();
	}

	protected function readyIn( string $wiki ): ?int {
		return $this->chron->readyIn( $wiki );
	}

	protected function moveOn( int $seconds ): void {
		$this->chron->moveOn( $seconds );
	}

	public function test_g1_a_runner_without_the_module_takes_none_of_its_jobs(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->edit( 'Q1' );
		$this->passTime( $this->readyIn( Farm::REPO ) );
		for ( $attempt = 0; $attempt < 4; $attempt++ ) {
			$result = $this->farm->maintenanceWithoutModule( Farm::REPO, 'runJobs' );
			$this->assertStringContainsString( 'requires wikibase_dispatch PHP extension', $result->output );
			$this->assertCount( 1, $this->waiting( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		}
		$this->runUntilDrained();
		$this->assertSame( [ $changeId ], $this->delivered()['enwiki'] );
	}

	/** G6 */
	public function test_at_most_one_trigger_waits_though_each_edit_is_announced(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		for ( $i = 0; $i < 4; $i++ ) {
			$this->edit( 'Q1' );
		}
		$this->assertCount( 1, $this->waiting( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->runRound();
		$waiting = $this->waiting( Farm::REPO, 'wikibase-dispatch-trigger' );
		$this->assertCount( 1, $waiting, 'it looks whether all was done' );
		$this->edit( 'Q1' );
		$this->assertCount( 1, $this->waiting( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public function test_a_job_whose_runner_died_is_run_again(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->edit( 'Q1' );
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->chron->claim( Farm::REPO, 'wikibase-dispatch-trigger' );
		$this->assertSame( [], $this->waiting( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->runUntilDrained();
		$this->assertSame( [ 'enwiki' => [ $changeId ], 'dewiki' => [] ], $this->delivered() );
	}

	public function test_how_often_a_job_was_claimed_is_known(): void {
		$services = MediaWikiServices::getInstance();
		$queue = JobQueue::factory( $this->configuration() + [
			'type' => Jobs::NOTIFICATION, 'domain' => Farm::REPO, 'idGenerator' => $services->getGlobalIdGenerator(),
		] );
		$queue->push( Jobs::notification( [ 'type' => Jobs::NOTIFICATION, 'params' => [ 'changes' => '' ] ] ) );
		foreach ( [ 1, 2 ] as $attempt ) {
			$this->assertSame( $attempt, ( new JobAttempts() )->of( $queue, $queue->pop() ) );
			$this->chron->moveOn( 3600 );
		}
	}
}
