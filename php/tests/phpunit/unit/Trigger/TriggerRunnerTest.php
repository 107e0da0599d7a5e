<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Trigger;

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\GroupRunner;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Served;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Look;
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

	private array $settings = [];
	/** @var list<int> how many passes each run of groups makes */
	private array $served = [];
	/** @var list<string> */
	private array $failed = [];
	/** @var list<bool> whether each run of groups leaves some out */
	private array $left = [];
	/** @var list<bool> of each run of groups */
	private array $askedForHelp = [];
	/** @var list<int> */
	private array $sleeps = [];
	private float $now = 0.0;
	private float $secondsPerRun = 0.0;

	public function test_with_the_strategy_jobs_every_client_that_is_due_gets_one_job_by_one_push(): void {
		$queues = new RecordingQueues();
		$this->settings = [ 'dispatchStrategy' => 'jobs' ];
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

	public function test_inline_a_trigger_serves_who_is_due_and_pushes_no_job_for_them(): void {
		foreach ( [ 'auto', 'inline' ] as $strategy ) {
			$queues = new RecordingQueues( true );
			$this->settings = [ 'dispatchStrategy' => $strategy ];
			$this->served = [ 2 ];
			$this->runner( $queues, $this->outcome( [ 'enwiki', 'dewiki' ], 5 ) )->run();
			$this->assertSame( [ 'DispatchTrigger' ], $queues->types(), 'the successor alone' );
			$this->assertSame( [ $strategy === 'auto' ], $this->askedForHelp );
			$this->askedForHelp = [];
		}
	}

	public function test_where_jobs_cannot_be_delayed_a_trigger_looks_until_it_finds_nothing(): void {
		$queues = new RecordingQueues( false );
		$this->served = [ 2, 1, 0 ];
		$this->runner( $queues, $this->outcome( [ 'enwiki' ], 5 ) )->run();
		$this->assertCount( 3, $this->askedForHelp, 'an edit may have met our claims, and nobody comes back for it' );
		$this->assertSame( [], $queues->pushed );
	}

	public function test_when_time_is_up_another_trigger_goes_on_at_once(): void {
		foreach ( [ true, false ] as $canDelay ) {
			$queues = new RecordingQueues( $canDelay );
			$this->served = [ 2 ];
			$this->secondsPerRun = 61.0;
			$this->runner( $queues, $this->outcome( [ 'enwiki' ], 5, false, 3 ) )->run();
			$this->assertSame( [ 'DispatchTrigger' ], $queues->types() );
			$this->assertSame( [], $queues->pushed[0]['params'] );
		}
	}

	public function test_g9_a_client_that_failed_gets_a_job_of_its_own_where_no_trigger_comes_by_itself(): void {
		$this->failed = [ 'enwiki' ];
		$queues = new RecordingQueues( false );
		$this->served = [ 1, 0 ];
		$this->runner( $queues, $this->outcome( [ 'enwiki', 'dewiki' ], 5 ) )->run();
		$this->assertSame( [ 'DispatchClient' ], $queues->types() );
		$this->assertSame( [ 'siteId' => 'enwiki' ], $queues->pushed[0]['params'] );
		$queues = new RecordingQueues( true );
		$this->served = [ 1 ];
		$this->runner( $queues, $this->outcome( [ 'enwiki', 'dewiki' ], 5 ) )->run();
		$this->assertSame( [ 'DispatchTrigger' ], $queues->types(), 'else the successor looks after it' );
	}

	public function test_whom_a_group_had_no_time_for_is_looked_at_again_where_no_trigger_comes_by_itself(): void {
		$queues = new RecordingQueues( false );
		$this->left = [ true, false ];
		$this->runner( $queues, $this->outcome( [ 'enwiki' ], 5 ) )->run();
		$this->assertCount( 2, $this->askedForHelp );
		$this->assertSame( [], $queues->pushed );
		foreach ( [ true, false ] as $canDelay ) {
			$queues = new RecordingQueues( $canDelay );
			$this->left = [ true ];
			$this->secondsPerRun = 61.0;
			$this->runner( $queues, $this->outcome( [ 'enwiki' ], 5 ) )->run();
			$this->assertSame( [ 'DispatchTrigger' ], $queues->types() );
			$this->assertSame( [], $queues->pushed[0]['params'], 'at once' );
		}
	}

	public function test_a_claim_that_may_be_a_dead_runners_is_looked_at_again_where_jobs_cannot_be_delayed(): void {
		$queues = new RecordingQueues( false );
		$outcome = $this->outcome( [], 5 );
		$outcome->method( 'waitsForClaim' )->willReturn( true );
		$this->runner( $queues, $outcome )->run();
		$this->assertSame( [ 'DispatchTrigger' ], $queues->types() );
		$this->assertSame( [ 1 ], $this->sleeps );
	}

	public function test_who_met_another_runner_looks_again_at_once_and_if_that_is_in_vain_later(): void {
		$queues = new RecordingQueues( false );
		$outcome = $this->outcome( [ 'enwiki' ], 5 );
		$outcome->method( 'metOthers' )->willReturnOnConsecutiveCalls( true, false );
		$this->runner( $queues, $outcome )->run();
		$this->assertCount( 2, $this->askedForHelp, 'the other may have looked before the last change' );
		$this->assertSame( [ [], [] ], [ $queues->pushed, $this->sleeps ] );

		$this->askedForHelp = [];
		$outcome = $this->outcome( [ 'enwiki' ], 5 );
		$outcome->method( 'metOthers' )->willReturn( true );
		$this->runner( $queues, $outcome )->run();
		$this->assertSame( [ 2, [ 1 ] ], [ count( $this->askedForHelp ), $this->sleeps ], 'it does not spin' );
		$this->assertSame( [ 'DispatchTrigger' ], $queues->types() );
	}

	public function test_bad_changes_that_concern_nobody_are_reported(): void {
		$logger = new RecordingLogger();
		$outcome = $this->outcome( [], null );
		$outcome->method( 'badChanges' )->willReturn( [ [ 'id' => 7, 'reason' => 'no JSON' ] ] );
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'trigger' )->willReturn( $outcome );
		$this->runnerWith(
			new RecordingQueues(), $dispatcher, $this->createMock( ILBFactory::class ), $logger
		)->run();
		$this->assertSame( [ 7 => 'no JSON' ], $logger->contexts( 'warning' )[0]['badChanges'] );
	}

	public function test_pruning_is_scheduled_when_it_is_due_after_all_else(): void {
		$expected = [ 'jobs' => [ 'DispatchClient', 'PruneChanges' ], 'inline' => [ 'PruneChanges' ] ];
		foreach ( $expected as $strategy => $pushed ) {
			$queues = new RecordingQueues();
			$this->settings = [ 'dispatchStrategy' => $strategy ];
			$this->served = [ 1, 0 ];
			$due = $this->outcome( [ 'enwiki' ], null );
			$due->method( 'pruneIsDue' )->willReturnOnConsecutiveCalls( true, false );
			$this->runner( $queues, $due )->run();
			$this->assertSame( $pushed, $queues->types() );
		}
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

	private function outcome(
		array $clients, ?int $successorDelay, bool $waitsForGap = false, int $waitingClients = 0
	): TriggerOutcome {
		$outcome = $this->createMock( TriggerOutcome::class );
		$outcome->method( 'clients' )->willReturn( $clients );
		$outcome->method( 'successorDelay' )->willReturn( $successorDelay );
		$outcome->method( 'horizon' )->willReturn( 100 );
		$outcome->method( 'initialised' )->willReturn( [] );
		$outcome->method( 'fastForwarded' )->willReturn( 0 );
		$outcome->method( 'waitsForGap' )->willReturn( $waitsForGap );
		$outcome->method( 'repairs' )->willReturn( [] );
		$outcome->method( 'waitingClients' )->willReturn( $waitingClients );
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
		$settings = new WikiSettings( $this->settings, [], 'repowiki', $queues, new NullLogger() );
		$groups = $this->createMock( GroupRunner::class );
		$groups->method( 'run' )->willReturnCallback( function ( $outcome, $end, $perGroup, bool $askForHelp ): Served {
			$this->askedForHelp[] = $askForHelp;
			$this->now += $this->secondsPerRun;
			$served = new Served();
			$served->passes = array_shift( $this->served ) ?? 0;
			$served->failed = $served->passes ? $this->failed : [];
			$served->areSomeLeft = array_shift( $this->left ) ?? false;
			return $served;
		} );
		return new TriggerRunner(
			$native,
			new Look(
				$native,
				$this->createMock( RolloutKeeper::class ),
				$loadBalancers,
				new BadChangeReport( $logger ),
				$logger
			),
			$groups,
			$queues,
			new TriggerScheduler( $native, $queues, $settings ),
			$settings,
			$loadBalancers,
			$logger,
			fn (): float => $this->now,
			function ( int $seconds ): void {
				$this->sleeps[] = $seconds;
			}
		);
	}
}
