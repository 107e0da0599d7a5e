<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionKeeper;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTracker;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use WikibaseDispatch\UsageDiff;
use Wikimedia\Rdbms\DBError;
use Wikimedia\Rdbms\ILBFactory;

/**
 * In which order usages are written and subscribed to.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTracker
 */
class UsageTrackerTest extends TestCase {

	private const PAGE = 7;

	/** @var list<string> */
	private array $acts = [];
	private bool $isRepoThere = true;
	private int $deadlocks = 0;
	private RecordingQueues $queues;
	private RecordingLogger $logger;

	public function test_what_a_page_begins_to_use_is_subscribed_to_before_and_after_the_usage_is_written(): void {
		$this->tracker( begun: [ 'Q1' ], ceased: [] )->pageUses( self::PAGE, [] );
		$this->assertSame( [ 'subscribe Q1', 'write', 'subscribe Q1' ], $this->acts );
		$this->assertSame( [], $this->queues->types() );
	}

	public function test_what_a_page_ceases_to_use_is_left_to_jobs_of_bounded_size(): void {
		$ceased = array_map( static fn ( int $number ) => "Q$number", range( 1, 1200 ) );
		$this->tracker( begun: [], ceased: $ceased )->pageUses( self::PAGE, [] );
		$this->assertSame( array_fill( 0, 3, Jobs::SETTLE_SUBSCRIPTIONS ), $this->queues->types() );
		$this->assertSame( $ceased, array_merge( ...array_map(
			static fn ( array $job ) => $job['params']['entityIds'],
			$this->queues->pushed
		) ) );
	}

	public function test_a_repo_that_cannot_be_reached_leaves_the_usage_written_and_a_job_that_subscribes(): void {
		$this->isRepoThere = false;
		$this->tracker( begun: [ 'Q1' ], ceased: [] )->pageUses( self::PAGE, [] );
		$this->assertSame( [ 'write' ], $this->acts );
		$this->assertSame( [ 'Q1' ], end( $this->queues->pushed )['params']['entityIds'] );
		$this->assertNotSame( [], $this->logger->contexts( 'error' ) );
	}

	public function test_g1_a_deadlock_does_not_keep_usages_from_being_written(): void {
		$this->deadlocks = 2;
		$this->tracker( begun: [ 'Q1' ], ceased: [] )->pageUses( self::PAGE, [] );
		$this->assertSame( [ 'subscribe Q1', 'write', 'subscribe Q1' ], $this->acts );
	}

	public function test_a_page_that_uses_what_it_used_writes_nothing(): void {
		$this->tracker( begun: [], ceased: [], isEmpty: true )->pageUses( self::PAGE, [] );
		$this->assertSame( [], $this->acts );
	}

	private function tracker( array $begun, array $ceased, bool $isEmpty = false ): UsageTracker {
		$this->queues = new RecordingQueues();
		$this->logger = new RecordingLogger();
		$usages = $this->createStub( UsageTable::class );
		$usages->method( 'exists' )->willReturn( true );
		$usages->method( 'change' )->willReturnCallback( function (): void {
			if ( $this->deadlocks-- > 0 ) {
				throw new DBError( null, 'Deadlock found' );
			}
			$this->acts[] = 'write';
		} );
		$keeper = $this->createStub( SubscriptionKeeper::class );
		$keeper->method( 'subscribe' )->willReturnCallback( function ( array $entities ): int {
			if ( !$this->isRepoThere ) {
				throw new RuntimeException( 'no repo' );
			}
			foreach ( $entities as $entity ) {
				$this->acts[] = "subscribe $entity";
			}
			return count( $entities );
		} );
		$diff = $this->createStub( UsageDiff::class );
		$diff->method( 'isEmpty' )->willReturn( $isEmpty );
		$diff->method( 'begun' )->willReturn( $begun );
		$diff->method( 'ceased' )->willReturn( $ceased );
		$diff->method( 'added' )->willReturn( [] );
		$diff->method( 'removed' )->willReturn( [] );
		$diffs = $this->createStub( SubscriptionDiffs::class );
		$diffs->method( 'usages' )->willReturn( $diff );
		$transactions = new Transactions( $this->createStub( ILBFactory::class ) );
		return new UsageTracker( $usages, $keeper, $diffs, $this->queues, $transactions, $this->logger );
	}
}
