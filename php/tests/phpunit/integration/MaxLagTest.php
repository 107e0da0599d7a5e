<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * What a bot hears that asks the API of the repo for `maxlag`.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Hooks\MaxLagHandler
 */
class MaxLagTest extends FarmTestCase {

	private const FACTOR = [ 'dispatchLagToMaxLagFactor' => 60 ];
	private const QUESTION = [ 'action' => 'query', 'meta' => 'siteinfo', 'maxlag' => 5 ];

	private static WebServer $web;

	public static function setUpBeforeClass(): void {
		self::$web = new WebServer( Farm::used(), Farm::REPO );
	}

	public static function tearDownAfterClass(): void {
		self::$web->stop();
	}

	public function test_a_lagging_farm_asks_bots_to_wait(): void {
		$this->farm->setSettings( self::FACTOR );
		$this->lag();
		$error = self::$web->api( self::QUESTION )['error'];
		$this->assertSame( [ 'maxlag', 'wikibase-dispatching' ], [ $error['code'], $error['type'] ] );
		$this->assertContains( $error['host'], Farm::WIKIS );
		$this->assertEqualsWithDelta( $error['dispatchLag'] / 60, $error['lag'], 1e-6 );
		$this->assertGreaterThan( 86_400, $error['dispatchLag'], 'the change is of last January' );
	}

	public function test_a_healthy_farm_does_not(): void {
		$this->farm->setSettings( self::FACTOR );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertArrayHasKey( 'query', self::$web->api( self::QUESTION ) );
	}

	public function test_nobody_is_asked_to_wait_unless_the_admin_says_so(): void {
		$this->lag();
		$this->assertArrayHasKey( 'query', self::$web->api( self::QUESTION ) );
	}

	public function test_a_failure_is_logged_and_the_request_is_answered(): void {
		$this->lag();
		$broken = [ 'notificationFormat' => 'smoke signals' ];
		$this->farm->setSettings( $broken );
		$this->assertArrayHasKey( 'query', self::$web->api( self::QUESTION ) );
		$this->assertSame( '', $this->farm->log(), 'native code is not asked' );
		$this->farm->setSettings( self::FACTOR + $broken );
		$this->assertArrayHasKey( 'query', self::$web->api( self::QUESTION ) );
		$this->assertStringContainsString( 'the lag of dispatching is unknown', $this->farm->log() );
		$this->assertStringContainsString( 'smoke signals', $this->farm->log() );
	}

	/** Every client is behind. */
	private function lag(): void {
		$this->initialise();
		$this->writeChange( 'Q1' );
	}
}
