<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;

/**
 * What `Special:DispatchStatus` costs the database, counted by the server itself.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus
 */
class StatusPageCostTest extends FarmTestCase {

	private const PAGE_NAME = 'Special:DispatchStatus';

	private const PORTIONS = 4;

	/** Statements of MediaWiki and ours. */
	private const MOST = 60;
	private const MOST_OF_A_RENEWAL = 15;
	private const BYTES = 100_000;

	private WebServer $web;

	protected function setUp(): void {
		parent::setUp();
		$this->web = new WebServer( $this->farm, Farm::REPO );
	}

	protected function tearDown(): void {
		$this->web->stop();
	}

	public function test_a_thousand_clients_and_changes_cost_the_page_no_more_than_a_few_statements(): void {
		$this->have( 20, 30, 3 );
		// What MediaWiki looks up once is no part of it.
		$this->statements();
		$some = $this->statements();
		$this->have( 1000, 2000, 1440 );
		// The ages of changes are looked up in portions, of which there is a limit.
		$this->assertLessThanOrEqual( $some + self::PORTIONS, $this->statements() );
		$page = $this->web->page( self::PAGE_NAME, [ 'hours' => 24 ] );
		$this->assertStringContainsString( 'of 1,000 clients', $page );
		$this->assertSame( 50, substr_count( $page, '<tr data-key=' ) );
		$this->assertLessThan( self::BYTES, strlen( $page ), 'bytes' );
	}

	public function test_who_looks_shortly_after_somebody_else_costs_next_to_nothing_and_a_renewal_least(): void {
		$this->have( 1000, 2000, 1440 );
		$this->farm->setGlobals( [ 'wgMainCacheType' => CACHE_DB, 'wgMessageCacheType' => CACHE_DB ] );
		$this->statements();
		$this->assertLessThanOrEqual( self::MOST, $this->statements(), 'the page' );
		$this->statements( [ 'live' => '1' ] );
		$this->assertLessThanOrEqual( self::MOST_OF_A_RENEWAL, $this->statements( [ 'live' => '1' ] ), 'a renewal' );
	}

	/** Clients that are behind, each by another number of changes. */
	private function have( int $clients, int $changes, int $samples ): void {
		$db = $this->farm->database( Farm::REPO );
		$names = array_map( static fn ( int $i ) => sprintf( 'c%04dwiki', $i ), range( 1, $clients ) );
		$this->farm->setSettings( [ 'localClientDatabases' => $names ] );
		$db->beginTransaction();
		$insert = $db->prepare( 'REPLACE INTO wb_changes_dispatch (chd_site, chd_db, chd_seen, chd_touched)' .
			' VALUES (?, ?, ?, ?)' );
		foreach ( $names as $i => $name ) {
			$insert->execute( [ $name, $name, $i % $changes, gmdate( 'YmdHis' ) ] );
		}
		for ( $i = 0; $i < $changes; $i++ ) {
			$this->writeChange( 'Q1' );
		}
		$insert = $db->prepare( 'REPLACE INTO wb_changes_history VALUES (?, 0, 1, 1, 5, ?, ?)' );
		for ( $i = 0; $i < $samples; $i++ ) {
			$insert->execute( [ intdiv( time(), 60 ) - $i, 'stuck', json_encode( [ $names[$i % 3] => $i ] ) ] );
		}
		$db->commit();
	}

	/** That the page causes. */
	private function statements( array $parameters = [] ): int {
		$before = $this->questions();
		$this->assertStringContainsString( 'wbd-headline', $this->web->page( self::PAGE_NAME, $parameters ) );
		return $this->questions() - $before;
	}

	private function questions(): int {
		return (int)$this->farm->database( Farm::REPO )->query( "SHOW GLOBAL STATUS LIKE 'Questions'" )
			->fetch()['Value'];
	}
}
