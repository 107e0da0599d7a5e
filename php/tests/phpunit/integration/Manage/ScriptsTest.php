<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Manage;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\MediaWikiServices;

/**
 * What is done by scripts is in the same log, in the name of an account that nobody can use.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ClientManagement
 */
class ScriptsTest extends ManageTestCase {

	private const USER = 'Wikibase Dispatch';
	private const REBUILD = __DIR__ . '/../../../../maintenance/RebuildSubscriptions.php';

	public function test_what_scripts_do_is_recorded_with_the_reason_and_as_the_work_of_a_bot(): void {
		$this->script( 'DisableClient', 'enwiki', '--reason', 'closed' );
		$this->script( 'DisableClient', 'enwiki', '--reason', 'once more' );
		$this->script( 'EnableClient', 'enwiki', '--after', '0' );
		$this->script( 'SeekClient', 'enwiki', '2', '--skip', '--dry-run' );
		$this->script( 'SeekClient', 'enwiki', '2', '--skip', '--reason', 'full disk' );
		$this->assertSame( [
			[ 'disable', self::USER, 'closed', [ '4::seen' => 0, 'client' => 'enwiki' ] ],
			[ 'enable', self::USER, '', [ '4::before' => 0, '5::after' => 0, 'client' => 'enwiki' ] ],
			[ 'seek', self::USER, 'full disk', [ '4::before' => 0, '5::after' => 2, 'client' => 'enwiki' ] ],
		], $this->found( Farm::REPO ) );
		$this->assertStringContainsString( self::USER . ' disabled enwiki (closed)', $this->farm->log() );
		$flags = $this->farm->database( Farm::REPO )
			->query( "SELECT DISTINCT rc_bot FROM recentchanges WHERE rc_log_type = 'wikibasedispatch'" )->fetchAll();
		$this->assertEquals( [ [ 'rc_bot' => 1 ] ], $flags );
	}

	public function test_a_client_that_is_no_longer_configured_is_recorded_without_its_position(): void {
		$this->farm->database( Farm::REPO )->exec( 'INSERT INTO wb_changes_dispatch' .
			' (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled)' .
			" VALUES ('gonewiki', 'gonewiki', 1, '20260101000000', NULL, 0)" );
		$this->script( 'DisableClient', 'gonewiki' );
		$this->assertTrue( $this->isDisabled( 'gonewiki' ) );
		$log = strip_tags( self::$web->page( 'Special:Log', [ 'type' => 'wikibasedispatch' ] ) );
		$this->assertStringContainsString( 'disabled dispatching to gonewiki', $log );
		$this->assertStringNotContainsString( 'which had received', $log );
		$this->farm->database( Farm::REPO )->exec( "DELETE FROM wb_changes_dispatch WHERE chd_site = 'gonewiki'" );
	}

	public function test_catching_up_is_recorded_where_something_was_dispatched(): void {
		$this->script( 'CatchUp', 'enwiki', '--reason', 'first' );
		$this->writeChange( 'Q1' );
		$this->script( 'CatchUp', '--reason', 'all' );
		$this->script( 'CatchUp', '--reason', 'nobody is behind' );
		$this->assertSame( [
			[ 'caughtup', self::USER, 'first', [ '4::before' => 0, '5::after' => 3, 'client' => 'enwiki' ] ],
			[ 'caughtupall', self::USER, 'all', [ '4::target' => 4, '5:number:behind' => 0 ] ],
		], $this->found( Farm::REPO ) );
		$log = strip_tags( self::$web->page( 'Special:Log', [ 'type' => 'wikibasedispatch' ] ) );
		$this->assertMatchesRegularExpression( '/dispatched changes up to 4 to all clients +\(all\)/', $log );
		$this->assertStringContainsString( 'dispatched the changes after 0, up to 3, to', $log );
		$this->assertStringNotContainsString( '⧼', $log );
	}

	public function test_catching_up_is_recorded_as_far_as_it_came(): void {
		$this->subscribe( 'Q1', 'dewiki' );
		$this->set( 'dewiki', 'chd_seen = 0' );
		$this->script( 'CatchUp', 'dewiki' );
		$this->farm->without( 'enwiki', 'job', function () {
			$this->refusal( 'CatchUp', 'enwiki', 'dewiki' );
			$this->writeChange( 'Q1' );
			$this->refusal( 'CatchUp' );
		} );
		$this->set( 'enwiki', 'chd_lock = NULL' );
		$this->script( 'CatchUp', 'enwiki', 'dewiki' );
		$this->assertSame( [
			[ '4::before' => 0, '5::after' => 3, 'client' => 'dewiki' ],
			[ '4::target' => 4, '5:number:behind' => 1 ],
			[ '4::before' => 0, '5::after' => 4, 'client' => 'enwiki' ],
		], array_column( $this->entries(), 'params' ) );
		$log = strip_tags( self::$web->page( 'Special:Log', [ 'type' => 'wikibasedispatch' ] ) );
		$this->assertStringContainsString( 'dispatched changes up to 4 to all clients except one', $log );
	}

	public function test_a_rebuild_is_recorded_on_the_client_where_it_was_begun(): void {
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
		$this->farm->database( 'enwiki' )->exec( "DELETE FROM logging WHERE log_type = 'wikibasedispatch'" );
		foreach ( [ [ '--show' ], [ '--job', '--reason', 'damaged' ] ] as $options ) {
			$result = $this->farm->maintenance( 'enwiki', self::REBUILD, ...$options );
			$this->assertSame( 0, $result->status, $result->output );
		}
		$this->assertSame( [ [ 'rebuildsubscriptions', self::USER, 'damaged', [
			'4:msg:before' => 'wikibasedispatch-log-rebuild-none', 'client' => 'enwiki',
		] ] ], $this->found( 'enwiki' ) );
		$this->assertSame( [], $this->found( Farm::REPO ) );
	}

	public function test_while_the_wiki_is_read_only_nothing_is_done(): void {
		$this->script( 'DisableClient', 'dewiki' );
		$this->setGlobals( [ 'wgReadOnly' => 'moving house' ] );
		$this->assertStringContainsString( 'moving house', $this->refusal( 'DisableClient', 'enwiki' ) );
		$this->assertFalse( $this->isDisabled( 'enwiki' ) );
	}

	public function test_nobody_can_register_or_use_the_account(): void {
		$this->assertFalse( MediaWikiServices::getInstance()->getUserNameUtils()->isUsable( self::USER ) );
	}

	/**
	 * @return list<array{string,string,string,array}>
	 */
	private function found( string $wiki ): array {
		return array_map(
			static fn ( array $entry ) => [ $entry['action'], $entry['user'], $entry['reason'], $entry['params'] ],
			$this->entries( $wiki )
		);
	}
}
