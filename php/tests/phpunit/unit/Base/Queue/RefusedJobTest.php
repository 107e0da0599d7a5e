<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnusableModuleException;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\RefusedJob;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;

/**
 * What becomes of a job that takes the native module and is run on a host without it.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\RefusedJob
 */
class RefusedJobTest extends TestCase {

	private const PARAMS = [ 'repo' => 'repowiki', 'changes' => '…' ];

	public function test_g1_it_is_queued_anew_for_later_so_that_no_limit_on_attempts_loses_it(): void {
		$queues = new RecordingQueues( true );
		$job = $this->job( $queues );
		$this->assertRefused( $job );
		$this->assertFalse( $job->allowRetries(), 'its successor is retried' );
		[ $pushed ] = $queues->pushed;
		$this->assertSame( 'DispatchNotification', $pushed['type'] );
		$this->assertGreaterThan( time() + 50, $pushed['params']['jobReleaseTimestamp'] );
		unset( $pushed['params']['jobReleaseTimestamp'] );
		$this->assertSame( self::PARAMS, array_intersect_key( $pushed['params'], self::PARAMS ) );
		$this->assertFalse( $pushed['removeDuplicates'] );
	}

	public function test_where_jobs_cannot_be_delayed_the_queue_repeats_it(): void {
		$queues = new RecordingQueues( false );
		$job = $this->job( $queues );
		$this->assertRefused( $job );
		$this->assertTrue( $job->allowRetries() );
		$this->assertSame( [], $queues->pushed );
	}

	private function job( RecordingQueues $queues ): RefusedJob {
		return new RefusedJob( self::PARAMS, $queues, 'DispatchNotification', 'there is no module' );
	}

	private function assertRefused( RefusedJob $job ): void {
		try {
			$job->run();
			$this->fail( 'it was run' );
		} catch ( UnusableModuleException $e ) {
			$this->assertSame( 'there is no module', $e->getMessage() );
		}
	}
}
