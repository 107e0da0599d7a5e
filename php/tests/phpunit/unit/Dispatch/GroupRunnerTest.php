<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\GroupRunner;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\NotificationPusher;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassReport;
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
use WikibaseDispatch\Pass;
use WikibaseDispatch\PassGroup;
use WikibaseDispatch\TriggerOutcome;

/**
 * The order of the steps of a group of passes, and what happens when one of them fails.
 */
class GroupRunnerTest extends TestCase {

	/** @var list<string> what happened, in order */
	private array $steps = [];
	private RecordingQueues $queues;
	private RecordingLogger $logger;
	private float $now = 0.0;
	/** @var list<string> domains whose queues are down */
	private array $down = [];
	/** Seconds that making notifications takes. */
	private float $seconds = 0.0;
	private int $waiting = 0;
	private float $secondsPerGroup = 150.0;

	protected function setUp(): void {
		$this->queues = new RecordingQueues();
		$this->logger = new RecordingLogger();
	}

	public function test_g1_everything_is_pushed_and_durable_before_the_group_is_finished(): void {
		$served = $this->runGroups( [ [ 'enwiki', 'dewiki' ] ] );
		$this->assertSame(
			[ 'commit', 'push enwiki', 'commit', 'push dewiki', 'commit', 'finish enwiki dewiki', 'commit' ],
			$this->steps
		);
		$this->assertSame( [ 2, [] ], [ $served->passes, $served->failed ] );
		$this->assertSame( [ 'enwiki_db', 'dewiki_db' ], array_column( $this->queues->pushed, 'domain' ) );
	}

	public function test_g9_one_queue_that_is_down_fails_one_pass_alone(): void {
		$this->down = [ 'enwiki_db' ];
		$served = $this->runGroups( [ [ 'dewiki', 'enwiki', 'frwiki' ] ] );
		$this->assertSame(
			[ 'commit', 'push dewiki', 'commit', 'push enwiki', 'rollback', 'abandon enwiki', 'push frwiki', 'commit',
				'finish dewiki frwiki', 'commit' ],
			$this->steps
		);
		$this->assertSame( [ 2, [ 'enwiki' ] ], [ $served->passes, $served->failed ] );
		$this->assertSame( 'enwiki', $this->logger->contexts( 'error' )[0]['client'] );
	}

	public function test_groups_follow_each_other_until_nobody_is_left(): void {
		$this->assertSame( 3, $this->runGroups( [ [ 'a', 'b' ], [ 'c' ] ] )->passes );
	}

	public function test_what_time_does_not_allow_is_not_pushed_and_not_finished(): void {
		$this->seconds = 40.0;
		$this->runGroups( [ [ 'a', 'b', 'c' ], [ 'd' ] ] );
		$this->assertSame( [ 'commit', 'push a', 'commit', 'push b', 'commit', 'finish a b' ], $this->steps );
	}

	public function test_g9_queues_that_fail_slowly_do_not_hold_a_group_for_longer_than_time_allows(): void {
		$this->seconds = 40.0;
		$this->down = [ 'a_db', 'b_db', 'c_db' ];
		$served = $this->runGroups( [ [ 'a', 'b', 'c', 'd' ] ] );
		$this->assertSame( [ 'a', 'b' ], $served->failed );
		$this->assertNotContains( 'push c', $this->steps );
		$this->assertTrue( $served->areSomeLeft, 'somebody else has to serve the others' );
	}

	public function test_g3_nothing_is_pushed_under_a_claim_that_may_have_ended(): void {
		$this->seconds = 6.0;
		$this->secondsPerGroup = 10.0;
		$served = $this->runGroups( [ [ 'a', 'b', 'c' ], [ 'd' ] ] );
		$this->assertSame(
			[ 'commit', 'push a', 'commit', 'push b', 'commit', 'finish a b',
				'commit', 'push d', 'commit', 'finish d', 'commit' ],
			$this->steps
		);
		$this->assertTrue( $served->areSomeLeft );
	}

	public function test_help_is_called_once_and_only_if_there_is_more_than_one_group(): void {
		$this->runGroups( [ [ 'a' ] ], true );
		$this->assertNotContains( 'DispatchTrigger', $this->queues->types() );
		$this->waiting = 5;
		$this->runGroups( [ [ 'a' ], [ 'b' ] ], true );
		$this->assertCount( 1, array_keys( $this->queues->types(), 'DispatchTrigger', true ) );
		$this->setUp();
		$this->runGroups( [ [ 'a' ], [ 'b' ] ], false );
		$this->assertNotContains( 'DispatchTrigger', $this->queues->types() );
	}

	public function test_somebody_looks_again_if_this_runner_dies_where_the_queue_can_delay(): void {
		$this->queues = new RecordingQueues( true );
		$this->runGroups( [ [ 'a' ] ] );
		$this->assertSame( [ 'DispatchTrigger', 'DispatchNotification' ], $this->queues->types(), 'before the pushes' );
	}

	public function test_g4_a_lost_claim_is_said_and_not_reported_as_dispatched(): void {
		$this->runGroups( [ [ 'a', 'b' ] ], false, [ 'b' ] );
		$this->assertSame( [ 'a' ], array_column( $this->logger->contexts( 'info' ), 'client' ) );
		$this->assertSame( [ 'b' ], array_column( $this->logger->contexts( 'warning' ), 'client' ) );
	}

	public function test_a_client_whose_site_id_is_a_number_is_finished_by_its_text(): void {
		$this->runGroups( [ [ '123' ] ] );
		$this->assertContains( 'finish 123', $this->steps );
	}

	private function runGroups( array $groups, bool $askForHelp = false, array $lost = [] ) {
		$outcome = $this->createMock( TriggerOutcome::class );
		$outcome->method( 'waitingClients' )->willReturnCallback( fn () => $this->waiting );
		$outcome->method( 'beginPasses' )->willReturnCallback( function () use ( &$groups, $lost ): ?PassGroup {
			$siteIds = array_shift( $groups );
			return $siteIds ? $this->group( $siteIds, $lost ) : null;
		} );
		return $this->runner()->run( $outcome, 60.0, $this->secondsPerGroup, $askForHelp );
	}

	private function group( array $siteIds, array $lost ): PassGroup {
		$group = $this->createMock( PassGroup::class );
		$group->method( 'passes' )->willReturn( array_map( $this->pass( ... ), $siteIds ) );
		$group->method( 'finish' )->willReturnCallback( function ( array $pushed ) use ( $lost ): array {
			$this->assertContainsOnly( 'string', $pushed );
			$this->steps[] = 'finish ' . implode( ' ', $pushed );
			return $lost;
		} );
		return $group;
	}

	private function pass( string $siteId ): Pass {
		$pass = $this->createMock( Pass::class );
		$pass->method( 'siteId' )->willReturn( $siteId );
		$pass->method( 'domain' )->willReturn( "{$siteId}_db" );
		$pass->method( 'badChanges' )->willReturn( [] );
		$pass->method( 'notifications' )->willReturnCallback( function () use ( $siteId ): array {
			$this->steps[] = "push $siteId";
			$this->now += $this->seconds;
			$this->queues->failure = in_array( "{$siteId}_db", $this->down, true ) ?
				new RuntimeException( 'queue is down' ) : null;
			return [ [ 'type' => 'DispatchNotification', 'params' => [] ] ];
		} );
		$pass->method( 'abandon' )->willReturnCallback( function () use ( $siteId ): void {
			$this->steps[] = "abandon $siteId";
		} );
		return $pass;
	}

	private function runner(): GroupRunner {
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'commitPrimaryChanges' )->willReturnCallback( function (): void {
			$this->steps[] = 'commit';
		} );
		$loadBalancers->method( 'rollbackPrimaryChanges' )->willReturnCallback( function (): void {
			$this->steps[] = 'rollback';
		} );
		$settings = new WikiSettings( [], [], 'repowiki', $this->queues, $this->logger );
		return new GroupRunner(
			new NotificationPusher(
				$this->queues,
				$this->createMock( RolloutKeeper::class ),
				$this->createMock( ShadowRecord::class )
			),
			new TriggerScheduler( $this->createMock( NativeFactory::class ), $this->queues, $settings ),
			$loadBalancers,
			new PassReport( new BadChangeReport( $this->logger ), $this->logger, static fn (): int => 0 ),
			fn (): float => $this->now
		);
	}
}
