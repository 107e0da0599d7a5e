<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use MediaWiki\MediaWikiServices;

/**
 * In a web request MediaWiki opens a transaction by its first query, and on SQLite that takes the lock on the file.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter
 */
class OpenTransactionTest extends FarmTestCase {

	/** Native code gives up waiting for a lock after ten. */
	private const SOON = 5.0;

	protected function setUp(): void {
		parent::setUp();
		$this->subscribe( 'Q1', Farm::REPO, 'enwiki' );
		$this->writeChange( 'Q1' );
		$db = MediaWikiServices::getInstance()->getDBLoadBalancer()->getConnection( DB_PRIMARY );
		$db->setFlag( DBO_TRX );
		$db->newSelectQueryBuilder()->select( 'page_id' )->from( 'page' )->caller( __METHOD__ )->fetchField();
		$this->assertSame( 1, $db->trxLevel() );
	}

	protected function tearDown(): void {
		$loadBalancers = MediaWikiServices::getInstance()->getDBLoadBalancerFactory();
		$loadBalancers->rollbackPrimaryChanges( __METHOD__ );
		$loadBalancers->getMainLB()->getConnection( DB_PRIMARY )->clearFlag( DBO_TRX );
	}

	public function test_a_trigger_does_not_wait_for_our_own_lock(): void {
		$start = microtime( true );
		$this->interpreter()->run( $this->dispatcher()->trigger() );
		$this->assertLessThan( self::SOON, microtime( true ) - $start );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'DispatchNotification' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->assertSame( [ 1, 1 ], [ $this->seen( Farm::REPO ), $this->seen( 'enwiki' ) ] );
	}

	public function test_a_pass_to_another_wiki_does_not_wait_for_our_own_lock(): void {
		$start = microtime( true );
		$this->interpreter()->run( $this->dispatcher()->client( 'enwiki' ) );
		$this->assertLessThan( self::SOON, microtime( true ) - $start );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_a_pass_to_the_repo_itself_has_durable_notifications_before_it_finishes(): void {
		$start = microtime( true );
		$this->interpreter()->run( $this->dispatcher()->client( Farm::REPO ) );
		$this->assertLessThan( self::SOON, microtime( true ) - $start );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'DispatchNotification' ) );
		$this->assertSame( 1, $this->seen( Farm::REPO ) );
	}
}
