<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\EntityChanges;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;
use MediaWiki\MediaWikiServices;

/**
 * What the page of a client, the search and the rollout cost, of a farm with a thousand clients.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\ClientPage
 */
class ClientPageCostTest extends FarmTestCase {

	private const PAGE_NAME = 'Special:DispatchStatus';

	private const CLIENTS = 1000;
	private const CHANGES = 2000;

	private const STATEMENTS = 60;
	private const STATEMENTS_OF_A_RENEWAL = 15;
	private const BYTES = 100_000;

	private WebServer $web;

	protected function setUp(): void {
		parent::setUp();
		$this->web = new WebServer( $this->farm, Farm::REPO );
	}

	protected function tearDown(): void {
		$this->web->stop();
		$this->farm->database( Farm::REPO )->exec(
			'CREATE INDEX IF NOT EXISTS change_object_id ON wb_changes (change_object_id)'
		);
	}

	public function test_each_page_costs_a_bounded_number_of_statements_and_bytes(): void {
		$this->haveAFarm();
		// What MediaWiki looks up once is no part of it, and neither is what each of its pages costs.
		$this->cost( 'c0107wiki', [] );
		$own = $this->statements( 'Special:BlankPage', [] )[0];
		$pages = [
			[ 'c0107wiki', [ 'hours' => 24 ] ],
			[ 'c0107wiki', [ 'find' => 'Q42', 'hours' => 24 ] ],
			[ '', [ 'find' => 'Q42' ] ],
			[ '', [ 'find' => '2000' ] ],
			[ '', [ 'view' => 'rollout' ] ],
			[ 'c0007wiki', [] ],
		];
		foreach ( $pages as $page ) {
			[ $statements, $bytes ] = $this->cost( ...$page );
			$this->assertLessThanOrEqual( self::STATEMENTS, $statements - $own, json_encode( $page ) );
			$this->assertLessThan( self::BYTES, $bytes, json_encode( $page ) );
		}
		$found = strip_tags( $this->web->page( self::PAGE_NAME, [ 'find' => '2000' ] ) );
		$this->assertStringContainsString( 'Not delivered yet: 480 clients', $found );
		$this->assertStringContainsString( '… and 470 more', $found );
	}

	public function test_who_looks_shortly_after_somebody_else_costs_next_to_nothing(): void {
		$this->haveAFarm();
		$this->farm->setGlobals( [ 'wgMainCacheType' => CACHE_DB, 'wgMessageCacheType' => CACHE_DB ] );
		$renewal = [ 'c0107wiki', [ 'hours' => 24, 'live' => '1' ] ];
		$this->cost( ...$renewal );
		$this->cost( ...$renewal );
		$this->assertLessThanOrEqual( self::STATEMENTS_OF_A_RENEWAL, $this->cost( ...$renewal )[0] );
	}

	public function test_the_changes_of_an_entity_are_found_by_an_index_and_without_one_in_a_bounded_part(): void {
		$db = $this->farm->database( Farm::REPO );
		$db->beginTransaction();
		$rare = $this->writeChange( 'Q2' );
		for ( $i = 1; $i <= EntityChanges::WINDOW; $i++ ) {
			$this->writeChange( 'Q1' );
		}
		$last = $this->writeChange( 'Q2' );
		$db->commit();
		$changes = new EntityChanges( MediaWikiServices::getInstance()->getDBLoadBalancerFactory() );
		$before = $this->rowsRead();
		$found = $changes->newest( 'Q2', 5 );
		$this->assertSame( [ [ $last, $rare ], false, null ], [ $found->ids, $found->hasMore, $found->searchedAfter ] );
		$this->assertLessThan( 100, $this->rowsRead() - $before );
		$this->assertTrue( $changes->newest( 'Q1', 5 )->hasMore );

		$db->exec( 'DROP INDEX change_object_id ON wb_changes' );
		$found = $changes->newest( 'Q2', 5 );
		$this->assertSame( [ [ $last ], $last - EntityChanges::WINDOW ], [ $found->ids, $found->searchedAfter ] );
		$this->assertStringContainsString(
			'Only changes after ID ' . ( $last - EntityChanges::WINDOW ) . ' were searched',
			strip_tags( $this->web->page( self::PAGE_NAME, [ 'find' => 'Q2' ] ) )
		);
	}

	/** Half of the clients are behind, all are subscribed, and the table of samples is full. */
	private function haveAFarm(): void {
		$db = $this->farm->database( Farm::REPO );
		$names = array_map( static fn ( int $i ) => sprintf( 'c%04dwiki', $i ), range( 1, self::CLIENTS ) );
		$this->farm->setSettings( [
			'localClientDatabases' => $names,
			'rollout' => [ 'default' => 'on' ] + array_fill_keys( array_slice( $names, 0, 40 ), 'shadow' ),
		] );
		$db->beginTransaction();
		$state = $db->prepare( 'INSERT INTO wb_changes_dispatch (chd_site, chd_db, chd_seen, chd_touched)' .
			' VALUES (?, ?, ?, ?)' );
		$rollout = $db->prepare( 'INSERT INTO wb_changes_rollout (cro_site, cro_state, cro_position)' .
			' VALUES (?, ?, 7)' );
		$sample = $db->prepare( 'INSERT INTO wb_changes_client_history VALUES (?, ?, 30, ?, 5, 1)' );
		$rollout->execute( [ '', 'serving' ] );
		foreach ( $names as $i => $name ) {
			$seen = $i % 2 === 0 ? self::CHANGES - 100 : self::CHANGES;
			$state->execute( [ $name, $name, $seen, gmdate( 'YmdHis' ) ] );
			$rollout->execute( [ $name, $i < 40 ? 'shadow' : 'on' ] );
			for ( $slot = 0; $slot < ( $i < 120 ? 144 : 2 ); $slot++ ) {
				$sample->execute( [ $name, intdiv( time(), 600 ) - $slot, 2000 - $slot ] );
			}
		}
		for ( $i = 0; $i < self::CHANGES; $i++ ) {
			$this->writeChange( 'Q42' );
		}
		$history = $db->prepare( 'INSERT INTO wb_changes_history VALUES (?, 0, ?, ?, 5, ?, ?)' );
		for ( $i = 0; $i < 1440; $i++ ) {
			$id = self::CHANGES - $i;
			$history->execute( [
				intdiv( time(), 60 ) - $i, $id, $id, 'stuck', json_encode( [ $names[107] => $i ] )
			] );
		}
		$db->commit();
		$this->subscribe( 'Q42', ...array_slice( $names, 40 ) );
		$this->subscribe( 'Q42', ...array_slice( $names, 0, 40 ) );
	}

	/** @return array{int,int} statements and bytes */
	private function cost( string $siteId, array $parameters ): array {
		[ $statements, $page ] = $this->statements(
			self::PAGE_NAME . ( $siteId === '' ? '' : "/$siteId" ), $parameters
		);
		$this->assertStringContainsString( 'class="wbd-status"', $page );
		$this->assertStringNotContainsString( 'The status is currently unavailable', $page );
		return [ $statements, strlen( $page ) ];
	}

	/** @return array{int,string} how many, and the page */
	private function statements( string $name, array $parameters ): array {
		$before = $this->counter( 'Questions' );
		$page = $this->web->page( $name, $parameters );
		return [ $this->counter( 'Questions' ) - $before, $page ];
	}

	private function rowsRead(): int {
		return $this->counter( 'Handler_read_next' ) + $this->counter( 'Handler_read_prev' )
			+ $this->counter( 'Handler_read_rnd_next' );
	}

	private function counter( string $name ): int {
		return (int)$this->farm->database( Farm::REPO )->query( "SHOW GLOBAL STATUS LIKE '$name'" )->fetch()['Value'];
	}
}
