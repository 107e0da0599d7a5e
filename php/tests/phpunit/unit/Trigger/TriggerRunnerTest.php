<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Trigger;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerRunner;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use RuntimeException;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\TriggerOutcome;

/**
 * What is scheduled after a trigger has looked.
 */
class TriggerRunnerTest extends TestCase {

	public function test_every_client_that_is_due_gets_one_job_by_one_push(): void {
		$queues = new RecordingQueues();
		$this->runner( $queues, $this->outcome( [ 'enwiki', 'dewiki' ], null ) )->run();
		$this->assertSame( 1, $queues->pushes );
		$this->assertSame( [ 'DispatchClient', 'DispatchClient' ], $queues->types() );
		$this->assertSame( [ [ 'siteId' => 'enwiki' ], [ 'siteId' => 'dewiki' ] ],
			array_column( $queues->pushed, 'params' ) );
		$this->assertSame( [ true, true ], array_column( $queues->pushed, 'removeDuplicates' ) );
	}

	public function test_nothing_is_pushed_when_nobody_is_due(): void {
		$queues = new RecordingQueues();
		$this->runner( $queues, $this->outcome( [], null ) )->run();
		$this->assertSame( [], $queues->pushed );
	}

	public function test_a_successor_waits_where_the_queue_can_delay(): void {
		$queues = new RecordingQueues( true );
		$this->runner( $queues, $this->outcome( [], 30 ) )->run();
		$this->assertSame( [ 'DispatchTrigger' ], $queues->types() );
		$this->assertGreaterThan( time() + 20, $queues->pushed[0]['params']['jobReleaseTimestamp'] );
	}

	public function test_no_successor_spins_where_the_queue_cannot_delay(): void {
		$queues = new RecordingQueues( false );
		$this->runner( $queues, $this->outcome( [], 30 ) )->run();
		$this->assertSame( [], $queues->pushed );
	}

	public function test_a_trigger_that_waits_for_a_gap_leaves_a_successor_in_any_queue(): void {
		$queues = new RecordingQueues( false );
		$this->runner( $queues, $this->outcome( [], 1, true ) )->run();
		$this->assertSame( [ 'DispatchTrigger' ], $queues->types() );
		$this->assertSame( [], $queues->pushed[0]['params'] );
	}

	public function test_our_transaction_is_closed_before_native_code_is_called(): void {
		$steps = [];
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'commitPrimaryChanges' )->willReturnCallback(
			static function () use ( &$steps ) {
				$steps[] = 'commit';
			}
		);
		$dispatcher = $this->createMock( Dispatcher::class );
		$outcome = $this->outcome( [], null );
		$dispatcher->method( 'trigger' )->willReturnCallback(
			static function () use ( &$steps, $outcome ) {
				$steps[] = 'trigger';
				return $outcome;
			}
		);
		$this->runnerWith( new RecordingQueues(), $dispatcher, $loadBalancers, new RecordingLogger() )->run();
		$this->assertSame( [ 'commit', 'trigger' ], array_slice( $steps, 0, 2 ) );
	}

	public function test_a_failure_is_logged_and_passed_on(): void {
		$logger = new RecordingLogger();
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'trigger' )->willThrowException( new RuntimeException( 'disk is gone', 7 ) );
		$runner = $this->runnerWith(
			new RecordingQueues(), $dispatcher, $this->createMock( ILBFactory::class ), $logger
		);
		try {
			$runner->run();
			$this->fail( 'the failure was swallowed' );
		} catch ( RuntimeException $e ) {
			$this->assertSame( 'disk is gone', $e->getMessage() );
		}
		$this->assertSame( 7, $logger->contexts( 'error' )[0]['code'] );
	}

	private function outcome( array $clients, ?int $successorDelay, bool $waitsForGap = false ): TriggerOutcome {
		$outcome = $this->createMock( TriggerOutcome::class );
		$outcome->method( 'clients' )->willReturn( $clients );
		$outcome->method( 'successorDelay' )->willReturn( $successorDelay );
		$outcome->method( 'horizon' )->willReturn( 100 );
		$outcome->method( 'initialised' )->willReturn( [] );
		$outcome->method( 'fastForwarded' )->willReturn( 0 );
		$outcome->method( 'waitsForGap' )->willReturn( $waitsForGap );
		$outcome->method( 'repairs' )->willReturn( [] );
		return $outcome;
	}

	private function runner( RecordingQueues $queues, TriggerOutcome $outcome ): TriggerRunner {
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'trigger' )->willReturn( $outcome );
		return $this->runnerWith(
			$queues, $dispatcher, $this->createMock( ILBFactory::class ), new RecordingLogger()
		);
	}

	private function runnerWith(
		RecordingQueues $queues,
		Dispatcher $dispatcher,
		ILBFactory $loadBalancers,
		RecordingLogger $logger
	): TriggerRunner {
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'dispatcher' )->willReturn( $dispatcher );
		$settings = new WikiSettings( [], [], 'repowiki', $queues, new NullLogger() );
		$scheduler = new TriggerScheduler( $native, $queues, $settings );
		return new TriggerRunner( $native, $queues, $scheduler, $loadBalancers, $logger );
	}
}
