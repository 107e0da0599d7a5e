<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\UsageDatabase;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RepoDatabase;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SiteLinkTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionKeeper;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTable;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

/**
 * One page ceases to use an entity while another begins to, with the real statements on a real server: the other writes
 * its usage just after it was looked whether anybody uses the entity. (On SQLite it would have to wait.)
 *
 * The wiki is the repo, a client of itself, so that both tables are in one database and one transaction: what was read
 * in it before must not be what is seen.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionTable
 */
class SubscriptionRaceTest extends FarmTestCase {

	private BeginningPage $page;

	protected function setUp(): void {
		parent::setUp();
		$this->page = new BeginningPage( $this->farm, 'Q1' );
	}

	protected function tearDown(): void {
		$this->page->stop();
	}

	/** G1 */
	public function test_a_page_that_begins_to_use_an_entity_just_when_it_is_unsubscribed_from_is_subscribed(): void {
		$this->settleWhileThePageBegins( new SubscriptionTable( $this->repo() ), function (): void {
			$this->page->write();
			$this->page->awaitWaiting();
		} );
		$this->assertSame( [ 'Q1' ], $this->subscriptions( Farm::REPO ) );
	}

	/** That the test above could fail. */
	public function test_if_nobody_held_the_subscription_it_would_be_lost(): void {
		$careless = new class( $this->repo() ) extends SubscriptionTable {

			public function hold( string $siteId, array $entities ): array {
				return $this->subscribed( $siteId, $entities );
			}
		};
		$this->settleWhileThePageBegins( $careless, function (): void {
			$this->page->write();
			$this->page->awaitEnd();
		} );
		$this->assertSame( [], $this->subscriptions( Farm::REPO ) );
	}

	private function settleWhileThePageBegins( SubscriptionTable $subscriptions, Closure $meanwhile ): void {
		$this->subscribe( 'Q1', Farm::REPO );
		$this->page->start();
		$services = MediaWikiServices::getInstance();
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$usages = new class( UsageDatabase::of( $services ), $meanwhile ) extends UsageTable {

			public function __construct( UsageDatabase $database, private readonly Closure $meanwhile ) {
				parent::__construct( $database );
			}

			public function used( array $entities ): array {
				$used = parent::used( $entities );
				( $this->meanwhile )();
				return $used;
			}
		};
		$keeper = new SubscriptionKeeper(
			$subscriptions,
			$usages,
			new SiteLinkTable( $this->repo() ),
			new SubscriptionDiffs( FoundVersions::module() ),
			WikibaseDispatchServices::clientSettings( $services ),
			$loadBalancers
		);
		$this->assertSame( [ 0, 1 ], $keeper->settle( [ 'Q1' ] ) );
		$this->page->awaitEnd();
	}

	private function repo(): RepoDatabase {
		return WikibaseDispatchServices::repoDatabase( MediaWikiServices::getInstance() );
	}
}
