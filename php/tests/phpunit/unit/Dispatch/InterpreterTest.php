<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\Events;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PushFailedException;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingListener;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\ScriptedJob;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Throwable;
use WikibaseDispatch\ClientRestingException;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\ILoadBalancer;

/**
 * What native code asks for is done, in its order, and it hears what came of it.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter
 */
class InterpreterTest extends TestCase {

	private const TRIGGER = [ 'type' => 'wikibase-dispatch-trigger', 'params' => [], 'delay' => 0 ];
	private const COMMIT = [ 'action' => 'commit' ];

	/** @var list<string> what happened, in order */
	private array $steps = [];
	private RecordingQueues $queues;
	private RecordingListener $listener;
	private bool $replicasFollow = true;

	protected function setUp(): void {
		$this->queues = new RecordingQueues();
		$this->listener = new RecordingListener();
	}

	public function test_actions_are_done_in_their_order_and_what_came_before_is_made_durable_first(): void {
		$job = new ScriptedJob( [
			ScriptedJob::asks( self::push( self::TRIGGER ), [ 'action' => 'sleep', 'seconds' => 1 ], self::COMMIT ),
			ScriptedJob::asks( [ 'action' => 'remind', 'entities' => [ 'Q1', 'Q2' ] ], [ 'action' => 'announce' ] ),
			ScriptedJob::asks( [ 'action' => 'look-out' ], [ 'action' => 'breathe' ] ),
		] );
		$this->interpreter()->run( $job );
		$this->assertSame( [ 'commit', 'sleep 1', 'commit', 'remind Q1, Q2', 'announce', 'look out' ], $this->steps );
		$this->assertSame( [ 'wikibase-dispatch-trigger' ], $this->queues->types() );
		$this->assertSame( [ 'done', 'done', 'done' ], $job->answers );
	}

	public function test_jobs_of_ours_may_be_dropped_for_equal_ones_and_are_released_after_their_delay(): void {
		$before = microtime( true );
		$client = [ 'type' => 'wikibase-dispatch-client', 'params' => [ 'siteId' => 'enwiki' ], 'delay' => 5 ];
		$this->interpreter()->run( new ScriptedJob( [ ScriptedJob::asks( self::push( self::TRIGGER, $client ) ) ] ) );
		[ $first, $second ] = $this->queues->pushed;
		$this->assertSame(
			[ 'domain' => null, 'type' => 'wikibase-dispatch-trigger', 'params' => [], 'removeDuplicates' => true ],
			$first
		);
		$release = $second['params']['jobReleaseTimestamp'];
		$this->assertSame( [ 'siteId' => 'enwiki', 'jobReleaseTimestamp' => $release ], $second['params'] );
		$this->assertGreaterThanOrEqual( $before + 5, $release, 'never a moment too early' );
		$this->assertLessThan( microtime( true ) + 6, $release );
	}

	public function test_notifications_go_to_the_queue_of_the_client_in_their_order(): void {
		$this->interpreter()->run( new ScriptedJob( [ ScriptedJob::asks( self::notify( false, [
			self::notification( 'one' ), self::notification( 'two' ),
		] ) ) ] ) );
		$this->assertSame( [ 'en_db', 'en_db' ], array_column( $this->queues->pushed, 'domain' ) );
		$this->assertSame(
			[ [ 'changes' => 'one' ], [ 'changes' => 'two' ] ], array_column( $this->queues->pushed, 'params' )
		);
	}

	public function test_g3_a_repeat_is_dropped_by_a_queue_that_still_has_the_first(): void {
		$marked = function ( bool $isInDatabase, bool $isRepeat ): bool {
			$this->queues = new RecordingQueues();
			$this->queues->isInDatabase = $isInDatabase;
			$action = self::notify( $isRepeat, [ self::notification( 'one' ) ] );
			$this->interpreter()->run( new ScriptedJob( [ ScriptedJob::asks( $action ) ] ) );
			return $this->queues->pushed[0]['removeDuplicates'];
		};
		$this->assertTrue( $marked( false, false ), 'it must be marked for its repeat to be known' );
		$this->assertTrue( $marked( false, true ) );
		$this->assertFalse( $marked( true, false ), 'to look for an equal one costs a statement' );
		$this->assertTrue( $marked( true, true ) );
	}

	public function test_wikibases_own_client_is_not_told_of_hidden_users(): void {
		$info = '{"metadata":{"user_text":"Alice","central_user_id":-8}}';
		$change = [ 'id' => 3, 'object_id' => 'Q1', 'info' => $info ];
		$this->interpreter()->run( new ScriptedJob( [ ScriptedJob::asks( self::notify( false, [
			[ 'type' => 'EntityChangeNotification', 'params' => [ 'changes' => [ $change ] ] ],
		] ) ) ] ) );
		$this->assertStringContainsString( 'Unknown user', serialize( $this->queues->pushed ) );
		$this->assertStringNotContainsString( 'Alice', serialize( $this->queues->pushed ) );
	}

	public function test_what_is_thrown_is_rolled_back_and_told_and_the_rest_of_the_step_is_not_done(): void {
		$this->queues->failure = new RuntimeException( 'queue is down' );
		$job = new ScriptedJob( [
			ScriptedJob::asks( self::push( self::TRIGGER ), self::COMMIT ),
			ScriptedJob::asks( self::push( self::TRIGGER ) ),
			ScriptedJob::asks( self::COMMIT ),
		] );
		$this->interpreter()->run( $job );
		$this->assertSame( [ 'thrown 0', 'thrown 1', 'done' ], $job->answers, 'each has its number' );
		$this->assertSame( [ 'commit', 'rollback', 'rollback', 'commit' ], $this->steps );
		$this->assertSame( [ 'a job has ended' ], $this->listener->heard );
	}

	public function test_a_commit_that_fails_is_told(): void {
		$loadBalancers = $this->createMock( ILBFactory::class );
		$commits = 0;
		$loadBalancers->method( 'commitPrimaryChanges' )->willReturnCallback( static function () use ( &$commits ) {
			if ( ++$commits === 2 ) {
				throw new RuntimeException( 'cannot commit' );
			}
		} );
		$job = new ScriptedJob( [ ScriptedJob::asks( self::COMMIT ) ] );
		$this->interpreter( $loadBalancers )->run( $job );
		$this->assertSame( [ 'thrown 0' ], $job->answers );
	}

	public function test_a_job_fails_for_the_very_exception_that_it_names(): void {
		$this->queues->failure = new RuntimeException( 'first' );
		$second = new RuntimeException( 'second' );
		$job = new ScriptedJob( [
			ScriptedJob::asks( self::push( self::TRIGGER ) ),
			ScriptedJob::asks( [ 'action' => 'run-wikibase' ] ),
			[ 'state' => 'failed', 'cause' => [ 'host' => 1 ] ],
		] );
		$wikibase = static function () use ( $second ): void {
			throw $second;
		};
		$thrown = $this->thrownBy( fn () => $this->interpreter()->runInside( $job, $wikibase ) );
		$this->assertSame( $second, $thrown );
	}

	public function test_a_failure_of_native_code_is_thrown_by_native_code(): void {
		$failure = new ClientRestingException( 'it rests' );
		$job = new ScriptedJob( [ [ 'state' => 'failed', 'cause' => [ 'native' => 0 ] ] ], [ $failure ] );
		$this->assertSame( $failure, $this->thrownBy( fn () => $this->interpreter()->run( $job ) ) );
		$this->assertSame( [ 'a job has failed' ], $this->listener->heard );
	}

	public function test_a_push_that_fails_names_the_queue(): void {
		$this->queues->failure = new RuntimeException( 'queue is down', 42 );
		$job = new ScriptedJob( [
			ScriptedJob::asks( self::notify( false, [ self::notification( 'one' ) ] ) ),
			[ 'state' => 'failed', 'cause' => [ 'host' => 0 ] ],
		] );
		$thrown = $this->thrownBy( fn () => $this->interpreter()->run( $job ) );
		$this->assertInstanceOf( PushFailedException::class, $thrown );
		$this->assertSame( 'cannot push to the queue of en_db: queue is down', $thrown->getMessage() );
		$this->assertSame( 42, $thrown->getCode() );
	}

	public function test_a_push_that_is_larger_than_the_queue_takes_is_told_apart(): void {
		$this->queues->failure = new RuntimeException( 'X: Error 1153: Got a packet bigger than that' );
		$job = new ScriptedJob( [
			ScriptedJob::asks( self::COMMIT, self::notify( false, [ self::notification( 'one' ) ] ) ),
		] );
		$this->interpreter()->run( $job );
		$this->assertSame( [ 'too-large 0' ], $job->answers );
		$this->assertContains( 'rollback', $this->steps );
	}

	public function test_events_are_told_before_the_next_step_is_done_and_with_what_was_thrown(): void {
		$this->queues->failure = new RuntimeException( 'queue is down' );
		$job = new ScriptedJob( [
			ScriptedJob::asks( self::push( self::TRIGGER ) ) + [ 'events' => [ [ 'event' => 'triggered' ] ] ],
			[
				'state' => 'failed', 'cause' => [ 'host' => 0 ],
				'events' => [
					[ 'event' => 'pass-failed', 'cause' => [ 'host' => 0 ] ],
					[ 'event' => 'pass-deferred', 'cause' => [ 'native' => 0 ] ],
				],
			],
		], [ new ClientRestingException( 'it rests' ) ] );
		$this->thrownBy( fn () => $this->interpreter()->run( $job ) );
		$this->assertSame(
			[ 'triggered', 'pass-failed: queue is down', 'pass-deferred: it rests', 'a job has failed' ],
			$this->listener->heard
		);
	}

	public function test_somebody_else_can_be_told_too(): void {
		$other = new RecordingListener();
		$job = ScriptedJob::tells( [ 'event' => 'triggered' ] );
		$this->interpreter()->alsoTelling( $other )->run( $job );
		$this->assertSame( [ 'triggered', 'a job has ended' ], $other->heard );
		$this->assertSame( $other->heard, $this->listener->heard );
	}

	public function test_a_job_hears_that_it_is_enough_only_when_all_was_done(): void {
		$this->queues->failure = new RuntimeException( 'queue is down' );
		$this->replicasFollow = false;
		$job = new ScriptedJob( [
			ScriptedJob::asks( self::COMMIT ),
			ScriptedJob::asks( self::push( self::TRIGGER ) ),
			ScriptedJob::asks( [ 'action' => 'wait-for-replicas', 'seconds' => 5 ] ),
		] );
		$this->interpreter()->run( $job, static fn () => true );
		$this->assertSame( [ 'stop', 'thrown 0', 'refused' ], $job->answers );
	}

	public function test_replicas_are_waited_for_where_nobody_else_has_connected_to_the_primary(): void {
		$job = new ScriptedJob( array_fill(
			0, 1, ScriptedJob::asks( [ 'action' => 'wait-for-replicas', 'seconds' => 5 ] )
		) );
		$this->interpreter()->run( $job );
		$this->assertSame( [ 'commit', 'ping', 'wait 5', 'commit' ], $this->steps );
		$this->assertSame( [ 'done' ], $job->answers );
	}

	public function test_inside_of_what_somebody_else_does_his_transaction_is_left_alone(): void {
		$job = new ScriptedJob( [
			ScriptedJob::asks( [ 'action' => 'run-wikibase' ], self::push( self::TRIGGER ) ),
			ScriptedJob::asks( [ 'action' => 'announce' ] ),
		] );
		$this->queues->failure = new RuntimeException( 'queue is down' );
		$this->interpreter()->runInside( $job, function (): void {
			$this->steps[] = 'job of Wikibase\'s';
		} );
		$this->assertSame( [ 'thrown 0', 'done' ], $job->answers );
		$this->assertSame( [ 'job of Wikibase\'s', 'announce' ], $this->steps, 'nor is anything rolled back' );
		$this->assertSame( [], $this->listener->heard, 'it is no job of the repo\'s' );
	}

	public function test_g1_an_action_that_is_not_known_is_not_taken_for_done(): void {
		$job = new ScriptedJob( [ ScriptedJob::asks( [ 'action' => 'dance' ] ) ] );
		$this->interpreter()->run( $job );
		$this->assertSame( [ 'thrown 0' ], $job->answers );
	}

	/**
	 * @param array{type:string,params:array,delay:int} ...$jobs
	 */
	private static function push( array ...$jobs ): array {
		return [ 'action' => 'push', 'jobs' => $jobs ];
	}

	private static function notify( bool $isRepeat, array $jobs ): array {
		return [
			'action' => 'notify', 'client' => 'enwiki', 'domain' => 'en_db', 'isRepeat' => $isRepeat, 'jobs' => $jobs,
		];
	}

	private static function notification( string $changes ): array {
		return [ 'type' => 'DispatchNotification', 'params' => [ 'changes' => $changes ] ];
	}

	private function thrownBy( callable $run ): Throwable {
		try {
			$run();
		} catch ( Throwable $e ) {
			return $e;
		}
		$this->fail( 'the failure was swallowed' );
	}

	private function interpreter( ?ILBFactory $loadBalancers = null ): Interpreter {
		return new Interpreter(
			$this->queues,
			$loadBalancers ?? $this->loadBalancers(),
			new Events( fn () => [ $this->listener ] ),
			$this->noting( static fn ( array $entities ) => 'remind ' . implode( ', ', $entities ) ),
			$this->noting( static fn () => 'announce' ),
			$this->noting( static fn () => 'look out' ),
			$this->noting( static fn ( int $seconds ) => "sleep $seconds" )
		);
	}

	private function noting( callable $describe ): callable {
		return function ( ...$arguments ) use ( $describe ): void {
			$this->steps[] = $describe( ...$arguments );
		};
	}

	private function loadBalancers(): ILBFactory {
		$db = $this->createMock( IDatabase::class );
		$db->method( 'ping' )->willReturnCallback( function (): bool {
			$this->steps[] = 'ping';
			return true;
		} );
		$main = $this->createMock( ILoadBalancer::class );
		$main->method( 'getConnection' )->with( DB_PRIMARY )->willReturn( $db );
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'getMainLB' )->willReturn( $main );
		$loadBalancers->method( 'commitPrimaryChanges' )->willReturnCallback(
			$this->noting( static fn () => 'commit' )
		);
		$loadBalancers->method( 'rollbackPrimaryChanges' )->willReturnCallback(
			$this->noting( static fn () => 'rollback' )
		);
		$loadBalancers->method( 'waitForReplication' )->willReturnCallback( function ( array $options ): bool {
			$this->steps[] = "wait {$options['timeout']}";
			return $this->replicasFollow;
		} );
		return $loadBalancers;
	}
}
