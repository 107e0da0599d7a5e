<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SiteLinkTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionKeeper;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTable;
use PHPUnit\Framework\TestCase;
use Wikimedia\Rdbms\DBUnexpectedError;
use Wikimedia\Rdbms\ILBFactory;

/**
 * What is committed and what is tried again where subscriptions are written.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionKeeper
 */
class SubscriptionKeeperTest extends TestCase {

	/** @var list<string> */
	private array $acts = [];
	private int $failures = 0;

	public function test_usages_are_committed_before_they_are_subscribed_for(): void {
		$this->keeper()->subscribe( [ 'Q1' ] );
		$this->assertSame( [ 'commit', 'add', 'commit' ], $this->acts );
	}

	public function test_after_a_deadlock_it_is_done_again_in_a_new_transaction(): void {
		$this->failures = 1;
		$this->keeper()->subscribe( [ 'Q1' ] );
		$this->assertSame( [ 'commit', 'add', 'rollback', 'commit', 'add', 'commit' ], $this->acts );
	}

	public function test_what_fails_again_and_again_is_said_and_leaves_no_transaction_open(): void {
		$this->failures = 99;
		try {
			$this->keeper()->subscribe( [ 'Q1' ] );
			$this->fail( 'nothing was thrown' );
		} catch ( DBUnexpectedError ) {
			$this->assertSame( 'rollback', end( $this->acts ) );
		}
	}

	private function keeper(): SubscriptionKeeper {
		$loadBalancers = $this->createStub( ILBFactory::class );
		$loadBalancers->method( 'commitPrimaryChanges' )->willReturnCallback( function (): void {
			$this->acts[] = 'commit';
		} );
		$loadBalancers->method( 'rollbackPrimaryChanges' )->willReturnCallback( function (): void {
			$this->acts[] = 'rollback';
		} );
		$table = $this->createStub( SubscriptionTable::class );
		$table->method( 'add' )->willReturnCallback( function (): int {
			$this->acts[] = 'add';
			if ( $this->failures-- > 0 ) {
				throw new DBUnexpectedError( null, 'deadlock' );
			}
			return 1;
		} );
		return new SubscriptionKeeper(
			$table,
			$this->createStub( UsageTable::class ),
			$this->createStub( SiteLinkTable::class ),
			$this->createStub( SubscriptionDiffs::class ),
			$this->createStub( ClientSettings::class ),
			$loadBalancers
		);
	}
}
