<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\NotificationPusher;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OnePass;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassRunner;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\ClientClaimedException;
use WikibaseDispatch\ClientRestingException;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\Pass;
use WikibaseDispatch\UnknownClientException;

/**
 * The order of the steps of a pass, and what happens when one of them fails.
 */
class PassRunnerTest extends TestCase {

	private const NOTIFICATION = [
		'type' => 'DispatchNotification',
		'params' => [ 'repo' => 'repowiki', 'changes' => '{}' ],
	];

	/** @var list<string> what happened, in order */
	private array $steps = [];
	private RecordingQueues $queues;
	private RecordingLogger $logger;
	private float $now = 0.0;
	private array $settings = [];
	/** @var list<string> */
	private array $leaving = [];

	protected function setUp(): void {
		$this->queues = new RecordingQueues();
		$this->logger = new RecordingLogger();
	}

	public function test_notifications_are_pushed_and_durable_before_the_pass_is_finished(): void {
		$this->runner( $this->dispatcherWith( $this->pass( null ) ) )->run( 'enwiki' );
		$this->assertSame( [ 'commit', 'begin', 'notifications', 'commit', 'finish' ], $this->steps );
		$this->assertSame( [ [
			'domain' => 'en_db',
			'type' => 'DispatchNotification',
			'params' => [ 'repo' => 'repowiki', 'changes' => '{}' ],
			'removeDuplicates' => true,
		] ], $this->queues->pushed );
	}

	public function test_a_pass_whose_push_fails_is_not_finished(): void {
		$this->queues->failure = new RuntimeException( 'queue is down' );
		$runner = $this->runner( $this->dispatcherWith( $this->pass( null ) ) );
		$this->assertFailure( 'cannot push to the queue of en_db: queue is down', $runner );
		$this->assertNotContains( 'finish', $this->steps );
		$this->assertContains( 'rollback', $this->steps );
	}

	public function test_a_pass_whose_commit_fails_is_not_finished(): void {
		$loadBalancers = $this->createMock( ILBFactory::class );
		$commits = 0;
		$loadBalancers->method( 'commitPrimaryChanges' )->willReturnCallback(
			static function () use ( &$commits ) {
				if ( ++$commits === 2 ) {
					throw new RuntimeException( 'cannot commit' );
				}
			}
		);
		$runner = $this->runner( $this->dispatcherWith( $this->pass( null ) ), $loadBalancers );
		$this->assertFailure( 'cannot commit', $runner );
		$this->assertNotContains( 'finish', $this->steps );
	}

	public function test_a_dropped_pass_is_not_kept_alive_by_the_exception(): void {
		$this->queues->failure = new RuntimeException( 'queue is down' );
		$dispatcher = $this->createMock( Dispatcher::class );
		$test = $this;
		$dispatcher->method( 'beginPass' )->willReturnCallback( static function () use ( $test ) {
			$test->steps[] = 'begin';
			return new class( $test ) extends Pass {
				public function __construct( private readonly PassRunnerTest $test ) {
				}

				public function domain(): string {
					return 'en_db';
				}

				public function changeIds(): array {
					return [ 1 ];
				}

				public function isRepeat(): bool {
					return false;
				}

				public function notifications(): array {
					return [ [ 'type' => 'DispatchNotification', 'params' => [] ] ];
				}

				public function __destruct() {
					$this->test->noteDrop();
				}
			};
		} );
		try {
			$this->runner( $dispatcher )->run( 'enwiki' );
			$this->fail( 'the failure was swallowed' );
		} catch ( RuntimeException $e ) {
			$this->assertSame( [ 'commit', 'begin', 'rollback', 'drop' ], $this->steps, $e->getMessage() );
		}
	}

	/** What a pass calls when it is dropped. */
	public function noteDrop(): void {
		$this->steps[] = 'drop';
	}

	public function test_passes_go_on_while_the_next_is_due_at_once(): void {
		$this->runner( $this->dispatcherWith( $this->pass( 0 ), $this->pass( 0 ), $this->pass( null ) ) )
			->run( 'enwiki' );
		$this->assertSame( 3, $this->times( 'finish' ) );
		$this->assertSame( array_fill( 0, 3, 'DispatchNotification' ), $this->queues->types() );
	}

	public function test_nothing_happens_when_the_client_needs_no_pass(): void {
		$this->runner( $this->dispatcherWith( null ) )->run( 'enwiki' );
		$this->assertSame( [ 'commit', 'begin' ], $this->steps );
		$this->assertSame( [], $this->queues->pushed );
	}

	public function test_a_successor_goes_on_when_time_is_up(): void {
		$this->now = 0.0;
		$passes = array_fill( 0, 10, null );
		$dispatcher = $this->dispatcherWith( ...array_map( fn () => $this->pass( 0, 25.0 ), $passes ) );
		$this->runner( $dispatcher )->run( 'enwiki' );
		$this->assertSame( 3, $this->times( 'finish' ), 'passes of 25 seconds in a limit of 60' );
		$successor = end( $this->queues->pushed );
		$this->assertSame( 'DispatchClient', $successor['type'] );
		$this->assertSame( [ 'siteId' => 'enwiki' ], $successor['params'] );
		$this->assertTrue( $successor['removeDuplicates'] );
	}

	public function test_a_trigger_looks_again_soon_where_the_queue_can_delay(): void {
		$this->queues = new RecordingQueues( true );
		$this->runner( $this->dispatcherWith( $this->pass( 60 ) ) )->run( 'enwiki' );
		$this->assertSame( [ 'DispatchTrigger', 'DispatchNotification' ], $this->queues->types(),
			'before anything is pushed, so that it is there if this runner dies' );
		$release = $this->queues->pushed[0]['params']['jobReleaseTimestamp'];
		$this->assertGreaterThan( time(), $release );
		$this->assertLessThanOrEqual( time() + 6, $release,
			'however long the client rests: the triggers of edits are dropped meanwhile' );
	}

	public function test_a_client_that_rests_gets_no_successor_where_the_queue_cannot_delay(): void {
		$this->runner( $this->dispatcherWith( $this->pass( 60 ) ) )->run( 'enwiki' );
		$this->assertSame( [ 'DispatchNotification' ], $this->queues->types() );
	}

	public function test_who_waits_for_a_gap_leaves_a_successor_where_the_queue_cannot_delay(): void {
		$this->runner( $this->waitingDispatcher( null ) )->run( 'enwiki' );
		$this->assertSame( [ 'DispatchClient' ], $this->queues->types(), 'nothing was pending before the gap' );
		$this->assertSame( [ 'siteId' => 'enwiki' ], $this->queues->pushed[0]['params'] );
	}

	public function test_a_pass_that_ends_before_a_gap_leaves_a_successor_where_the_queue_cannot_delay(): void {
		$this->runner( $this->waitingDispatcher( $this->pass( null ) ) )->run( 'enwiki' );
		$this->assertSame( [ 'DispatchNotification', 'DispatchClient' ], $this->queues->types() );
	}

	public function test_who_waits_for_a_gap_leaves_a_trigger_where_the_queue_can_delay(): void {
		$this->queues = new RecordingQueues( true );
		$this->runner( $this->waitingDispatcher( null ) )->run( 'enwiki' );
		$this->assertSame( [ 'DispatchTrigger' ], $this->queues->types() );
		$this->assertGreaterThan( time(), $this->queues->pushed[0]['params']['jobReleaseTimestamp'] );
	}

	private function waitingDispatcher( ?Pass $pass ): Dispatcher {
		$dispatcher = $this->dispatcherWith( $pass );
		$dispatcher->method( 'needsSuccessor' )->with( 'enwiki' )->willReturn( true );
		return $dispatcher;
	}

	public function test_a_claimed_client_is_looked_at_again_where_the_queue_can_delay(): void {
		$this->queues = new RecordingQueues( true );
		$this->runner( $this->blockedDispatcher( ClientClaimedException::class ) )->run( 'enwiki' );
		$this->assertSame( [ 'DispatchTrigger' ], $this->queues->types() );
	}

	public function test_a_claimed_client_keeps_a_job_where_the_queue_cannot_delay(): void {
		$this->runner( $this->blockedDispatcher( ClientClaimedException::class ) )->run( 'enwiki' );
		$this->assertSame( [ 'DispatchClient' ], $this->queues->types(), 'its owner may be dead' );
		$this->assertSame( [ 'commit', 'sleep 1', 'commit' ], $this->steps );
	}

	public function test_a_client_that_rests_fails_the_job_where_the_queue_cannot_delay(): void {
		$this->expectException( ClientRestingException::class );
		$this->runner( $this->blockedDispatcher( ClientRestingException::class ) )->run( 'enwiki' );
	}

	public function test_g1_a_job_for_a_client_that_is_not_ours_any_more_has_somebody_look(): void {
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'beginPass' )->willThrowException( $this->createMock( UnknownClientException::class ) );
		try {
			$this->runner( $dispatcher )->run( 'enwiki' );
			$this->fail( 'the failure was swallowed' );
		} catch ( UnknownClientException ) {
			$this->assertSame( [ 'DispatchTrigger' ], $this->queues->types() );
			$this->assertSame( 'commit', end( $this->steps ) );
		}
	}

	public function test_g1_who_may_have_got_the_last_change_before_it_leaves_is_looked_at(): void {
		$this->leaving = [ 'enwiki' ];
		$this->runner( $this->dispatcherWith( $this->pass( null ) ) )->run( 'dewiki' );
		$this->assertNotContains( 'DispatchTrigger', $this->queues->types() );
		$this->runner( $this->dispatcherWith( $this->pass( null ) ) )->run( 'enwiki' );
		$this->assertContains( 'DispatchTrigger', $this->queues->types() );
		$this->assertSame( 'commit', end( $this->steps ) );
	}

	/**
	 * @param class-string<\Throwable> $reason
	 */
	private function blockedDispatcher( string $reason ): Dispatcher {
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'beginPass' )->willThrowException( new $reason( 'not now' ) );
		return $dispatcher;
	}

	public function test_bad_changes_are_reported_by_one_warning(): void {
		$pass = $this->pass( null, 0.0, [
			[ 'id' => 5, 'reason' => 'not JSON' ],
			[ 'id' => 9, 'reason' => 'no diff' ],
		] );
		$this->runner( $this->dispatcherWith( $pass ) )->run( 'enwiki' );
		$warnings = $this->logger->contexts( 'warning' );
		$this->assertCount( 1, $warnings );
		$this->assertSame( 2, $warnings[0]['count'] );
		$this->assertSame( [ 5 => 'not JSON', 9 => 'no diff' ], $warnings[0]['badChanges'] );
		$this->assertSame( 'enwiki', $warnings[0]['client'] );
	}

	public function test_many_bad_changes_are_counted_but_not_all_shown(): void {
		$bad = array_map( static fn ( int $id ) => [ 'id' => $id, 'reason' => 'not JSON' ], range( 1, 500 ) );
		$this->runner( $this->dispatcherWith( $this->pass( null, 0.0, $bad ) ) )->run( 'enwiki' );
		[ $warning ] = $this->logger->contexts( 'warning' );
		$this->assertSame( 500, $warning['count'] );
		$this->assertLessThan( 50, count( $warning['badChanges'] ) );
	}

	public function test_a_failure_is_logged_with_the_client(): void {
		$this->queues->failure = new RuntimeException( 'queue is down', 42 );
		$runner = $this->runner( $this->dispatcherWith( $this->pass( null ) ) );
		$this->assertFailure( 'cannot push to the queue of en_db: queue is down', $runner );
		[ $error ] = $this->logger->contexts( 'error' );
		$this->assertSame( 'enwiki', $error['client'] );
		$this->assertSame( 42, $error['code'] );
		$this->assertTrue( $error['retryable'] );
	}

	public function test_large_notifications_are_pushed_in_several_statements_and_in_order(): void {
		$notifications = [];
		foreach ( range( 1, 10 ) as $i ) {
			$notifications[] = [
				'type' => 'DispatchNotification',
				'params' => [ 'repo' => "r$i", 'changes' => str_repeat( 'x', 1024 * 1024 ) ],
			];
		}
		$this->pusher()->push( 'enwiki', 'en_db', $notifications, [], false );
		$this->assertGreaterThan( 2, $this->queues->pushes );
		$this->assertSame(
			array_map( static fn ( int $i ) => "r$i", range( 1, 10 ) ),
			array_map( static fn ( array $job ) => $job['params']['repo'], $this->queues->pushed )
		);
	}

	private function times( string $step ): int {
		return count( array_keys( $this->steps, $step, true ) );
	}

	private function assertFailure( string $message, PassRunner $runner ): void {
		try {
			$runner->run( 'enwiki' );
			$this->fail( 'the failure was swallowed' );
		} catch ( RuntimeException $e ) {
			$this->assertSame( $message, $e->getMessage() );
		}
	}

	private function pass( ?int $due, float $seconds = 0.0, array $badChanges = [] ): Pass {
		$pass = $this->createMock( Pass::class );
		$pass->method( 'siteId' )->willReturn( 'enwiki' );
		$pass->method( 'domain' )->willReturn( 'en_db' );
		$pass->method( 'changeIds' )->willReturn( [ 1 ] );
		$pass->method( 'changeCount' )->willReturn( 1 );
		$pass->method( 'seen' )->willReturn( 0 );
		$pass->method( 'end' )->willReturn( 10 );
		$pass->method( 'badChanges' )->willReturn( $badChanges );
		$finished = false;
		$pass->method( 'notifications' )->willReturnCallback( function () use ( &$finished ) {
			if ( !$finished ) {
				$this->steps[] = 'notifications';
			}
			return [ self::NOTIFICATION ];
		} );
		$pass->method( 'finish' )->willReturnCallback( function () use ( &$finished, $due, $seconds ) {
			$finished = true;
			$this->steps[] = 'finish';
			$this->now += $seconds;
			return $due;
		} );
		return $pass;
	}

	public function test_with_a_single_client_pruning_is_scheduled_when_it_is_due(): void {
		foreach ( [ [ [ 'enwiki' ], true ], [ [ 'enwiki' ], false ], [ [ 'enwiki', 'dewiki' ], true ] ] as $case ) {
			[ $clients, $isDue ] = $case;
			$this->queues = new RecordingQueues();
			$this->settings = [ 'localClientDatabases' => $clients ];
			$dispatcher = $this->dispatcherWith();
			$dispatcher->method( 'pruneIsDue' )->willReturn( $isDue );
			$this->runner( $dispatcher )->run( 'enwiki' );
			$this->assertSame( $clients === [ 'enwiki' ] && $isDue ? [ 'PruneChanges' ] : [], $this->queues->types() );
		}
	}

	private function dispatcherWith( ?Pass ...$passes ): Dispatcher {
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'beginPass' )->willReturnCallback( function () use ( &$passes ) {
			$this->steps[] = 'begin';
			return array_shift( $passes );
		} );
		return $dispatcher;
	}

	private function pusher(): NotificationPusher {
		return new NotificationPusher(
			$this->queues,
			$this->createMock( RolloutKeeper::class ),
			$this->createMock( ShadowRecord::class )
		);
	}

	private function runner( Dispatcher $dispatcher, ?ILBFactory $loadBalancers = null ): PassRunner {
		if ( !$loadBalancers ) {
			$loadBalancers = $this->createMock( ILBFactory::class );
			$loadBalancers->method( 'commitPrimaryChanges' )->willReturnCallback( function () {
				$this->steps[] = 'commit';
			} );
			$loadBalancers->method( 'rollbackPrimaryChanges' )->willReturnCallback( function () {
				$this->steps[] = 'rollback';
			} );
		}
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'dispatcher' )->willReturn( $dispatcher );
		$rollout = $this->createMock( RolloutKeeper::class );
		$rollout->method( 'leavingClients' )->willReturn( $this->leaving );
		$settings = new WikiSettings( $this->settings, [], 'repowiki', $this->queues, $this->logger );
		$scheduler = new TriggerScheduler( $native, $this->queues, $settings );
		$report = new PassReport( new BadChangeReport( $this->logger ), $this->logger, static fn (): int => 0 );
		return new PassRunner(
			$native,
			new OnePass( $native, $this->pusher(), $scheduler, $loadBalancers, $report ),
			$rollout,
			$this->queues,
			$scheduler,
			$settings,
			$loadBalancers,
			$report,
			$this->logger,
			fn (): float => $this->now,
			function ( int $seconds ): void {
				$this->steps[] = "sleep $seconds";
			}
		);
	}
}
