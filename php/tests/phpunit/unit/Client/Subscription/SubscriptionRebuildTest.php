<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RebuildPhase;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RebuildState;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RebuildStore;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SiteLinkTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionKeeper;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionRebuild;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTable;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use WikibaseDispatch\SubscriptionDiff;
use Wikimedia\Rdbms\ILBFactory;

/**
 * How a rebuild goes from step to step and from job to job.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionRebuild
 */
class SubscriptionRebuildTest extends TestCase {

	private const MAX_TIME = 60;

	private float $now = 0;
	private ?RebuildState $state = null;
	private RecordingQueues $queues;

	/** @var list<string> after which entity each step began */
	private array $steps = [];

	public function test_what_there_is_no_time_for_is_left_to_a_successor(): void {
		$rebuild = $this->rebuild( entities: 2500, secondsAStep: 25 );
		$rebuild->begin();
		$rebuild->runInTime();
		// The third step begins after 50 seconds and ends after 75.
		$this->assertSame( [ '', 'Q00500', 'Q01000' ], $this->steps );
		$this->assertSame( [ Jobs::REBUILD_SUBSCRIPTIONS ], $this->queues->types() );
		$rebuild->runInTime();
		$this->assertSame( [ '', 'Q00500', 'Q01000', 'Q01500', 'Q02000', 'Q02500' ], $this->steps );
	}

	public function test_a_rebuild_that_is_done_has_no_successor(): void {
		$rebuild = $this->rebuild( entities: 10, secondsAStep: 0 );
		$rebuild->begin();
		$rebuild->runInTime();
		$this->assertTrue( $this->state->isDone() );
		$this->assertSame( [], $this->queues->types() );
	}

	public function test_a_job_that_nobody_has_begun_a_rebuild_for_does_nothing(): void {
		$this->rebuild( entities: 10, secondsAStep: 0 )->runInTime();
		$this->assertSame( [], $this->steps );
	}

	public function test_who_was_overtaken_goes_on_from_there(): void {
		$rebuild = $this->rebuild( entities: 2500, secondsAStep: 0 );
		$old = $rebuild->begin();
		$rebuild->step( $old );
		$this->assertSame( 'Q01000', $rebuild->step( $this->state )->after );
		$this->assertSame( 'Q01000', $rebuild->step( $old )->after );
	}

	public function test_usages_are_looked_at_again_only_if_something_was_unsubscribed_from(): void {
		$this->assertSame( RebuildPhase::Again, RebuildPhase::Needless->next( 1 ) );
		$this->assertSame( RebuildPhase::Done, RebuildPhase::Needless->next( 0 ) );
	}

	private function rebuild( int $entities, float $secondsAStep ): SubscriptionRebuild {
		$this->queues = new RecordingQueues();
		$usages = $this->createStub( UsageTable::class );
		$usages->method( 'exists' )->willReturn( true );
		$usages->method( 'usedAfter' )->willReturnCallback(
			function ( string $after, int $limit ) use ( $entities, $secondsAStep ): array {
				$this->steps[] = $after;
				$this->now += $secondsAStep;
				$first = (int)substr( $after, 1 ) + 1;
				$numbers = $first > $entities ? [] : range( $first, min( $entities, $first + $limit - 1 ) );
				return array_map( static fn ( int $number ) => sprintf( 'Q%05d', $number ), $numbers );
			}
		);
		$wiki = $this->createStub( WikiSettings::class );
		$wiki->method( 'maxTime' )->willReturn( self::MAX_TIME );
		$diff = $this->createStub( SubscriptionDiff::class );
		$diff->method( 'missing' )->willReturn( [] );
		$diff->method( 'needless' )->willReturn( [] );
		$diffs = $this->createStub( SubscriptionDiffs::class );
		$diffs->method( 'subscriptions' )->willReturn( $diff );
		$keeper = $this->createStub( SubscriptionKeeper::class );
		$keeper->method( 'settle' )->willReturn( [ 0, 0 ] );
		return new SubscriptionRebuild(
			$this->createStub( SubscriptionTable::class ),
			$usages,
			$this->createStub( SiteLinkTable::class ),
			$keeper,
			$diffs,
			$this->store(),
			$this->queues,
			$this->createStub( ClientSettings::class ),
			$wiki,
			$this->createStub( ILBFactory::class ),
			new NullLogger(),
			fn (): float => $this->now
		);
	}

	private function store(): RebuildStore {
		$store = $this->createStub( RebuildStore::class );
		$store->method( 'load' )->willReturnCallback( fn () => $this->state );
		$store->method( 'begin' )->willReturnCallback( fn () => $this->state = RebuildState::begin( '' ) );
		$store->method( 'advance' )->willReturnCallback(
			function ( string $siteId, RebuildState $from, RebuildState $to ): bool {
				if ( $this->state != $from ) {
					return false;
				}
				$this->state = $to;
				return true;
			}
		);
		return $store;
	}
}
