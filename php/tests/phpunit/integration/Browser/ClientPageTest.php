<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Browser;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status\StatusTestCase;

/**
 * The way from the status of all clients to one of them and to a change, in a real browser.
 *
 * Its pictures are left in the folder that PICTURES names.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\ClientPage
 */
class ClientPageTest extends StatusTestCase {

	use InBrowser;

	private const PAGE_NAME = 'Special:DispatchStatus';
	private const CONTENT = '#mw-content-text';
	private const WIDE = [ 960, 800 ];
	private const PHONE = [ 360, 740 ];

	protected function setUp(): void {
		parent::setUp();
		self::$browser->allowScripts( true );
		self::$browser->preferDark( false );
		self::$browser->resize( ...self::WIDE );
		self::$browser->complaints();
	}

	public function test_from_the_name_of_a_failing_client_to_its_errors_and_to_the_change_that_waits(): void {
		$id = $this->haveAFailingClient();
		$this->haveHistory();
		self::$browser->open( self::$web->url( self::PAGE_NAME, [ 'client' => 'enwiki' ] ), '.wbd-' );
		self::$browser->click( '.wbd-table tbody th a' );
		$this->waitFor( '#wbd-state', 'the page of the client' );
		$this->assertStringContainsString( 'enwiki: status of change dispatching', self::$browser->text( 'h1' ) );
		$this->assertStringContainsString( 'Last error: push: ', self::$browser->text( '.wbd-client-state' ) );
		$this->assertStringContainsString( 'pushing to its job queue', self::$browser->text( '#wbd-errors' ) );
		$this->assertCount( 3, self::$browser->texts( '.wbd-plot-drawing' ) );
		$this->assertFlawless();
		$this->keep( 'status-client' );
		self::$browser->click( '#wbd-waiting tbody th a' );
		$this->waitFor( '#wbd-found', 'what was found' );
		$this->assertSame( (string)$id, self::$browser->run( 'return document.querySelector( "#wbd-find" ).value' ) );
		$this->assertStringContainsString( 'Not delivered yet: one client', self::$browser->text( '#wbd-found' ) );
		$this->assertFlawless();
	}

	public function test_the_page_of_a_client_is_renewed_too(): void {
		$this->haveAFailingClient();
		self::$browser->open( self::$web->url( self::PAGE_NAME . '/enwiki' ), '.wbd-' );
		$this->assertStringContainsString( 'failing, will retry', self::$browser->text( '.wbd-client-state' ) );
		self::$browser->run( 'window.isStillThere = true' );
		$this->endRests();
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->waitForText( 'up to date' );
		$this->assertTrue( self::$browser->run( 'return window.isStillThere === true' ), 'nobody has reloaded it' );
		$this->assertFlawless();
	}

	public function test_without_a_script_the_change_of_an_entity_is_found_for_all_clients(): void {
		$this->haveAFailingClient();
		self::$browser->allowScripts( false );
		self::$browser->open( self::$web->url( self::PAGE_NAME ), '.wbd-' );
		self::$browser->type( '#wbd-find', 'q42' );
		self::$browser->click( '.wbd-find button' );
		$this->waitFor( '#wbd-found', 'what was found' );
		$found = self::$browser->text( '#wbd-found' );
		$this->assertStringContainsString( 'Result for Q42', $found );
		$this->assertStringContainsString( 'Delivered: one client', $found );
		$this->assertStringContainsString( 'Not delivered yet: one client', $found );
		self::$browser->click( '#wbd-found ul[data-state=waiting] .wbd-client' );
		$this->waitFor( '#wbd-state', 'the page of the client' );
	}

	/**
	 * @dataProvider provideLooks
	 */
	public function test_it_can_be_used_in_each_look( array $parameters, array $size, bool $isDark ): void {
		$this->haveAFailingClient();
		self::$browser->resize( ...$size );
		self::$browser->preferDark( $isDark );
		$pages = [
			[ '/enwiki', [] ], [ '/nowiki', [] ], [ '', [ 'find' => 'Q42' ] ], [ '', [ 'view' => 'rollout' ] ]
		];
		foreach ( $pages as [ $page, $own ] ) {
			self::$browser->open( self::$web->url( self::PAGE_NAME . $page, $own + $parameters ), '.wbd-' );
			$this->assertSame( [], self::$browser->accessibilityFaults( self::CONTENT ), $page );
			$this->assertLessThanOrEqual( 0, self::$browser->run(
				'const content = document.querySelector( ".wbd-status" );
				return content.scrollWidth - content.clientWidth'
			), "$page is not wider than the screen" );
		}
	}

	public static function provideLooks(): iterable {
		yield 'wide' => [ [], self::WIDE, false ];
		yield 'phone' => [ [ 'useskin' => 'minerva' ], self::PHONE, false ];
		yield 'dark' => [ [ 'vectornightmode' => '1' ], self::WIDE, true ];
		yield 'Hebrew' => [ [ 'uselang' => 'he' ], self::WIDE, false ];
	}

	/** @return int the change that waits for it; another was delivered to dewiki and waits for it, too */
	private function haveAFailingClient(): int {
		$this->subscribe( 'Q42', 'enwiki', 'dewiki' );
		$this->initialise();
		$id = $this->writeChange( 'Q42' );
		$this->farm->database( Farm::REPO )->exec(
			"UPDATE wb_changes SET change_time = '" . gmdate( 'YmdHis', time() - 1300 ) . "'"
		);
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO, '--maxjobs', '3' ) );
		return $id;
	}

	/** Of three hours: it was served well, and then less often. */
	private function haveHistory(): void {
		$db = $this->farm->database( Farm::REPO );
		$db->beginTransaction();
		$own = $db->prepare( "REPLACE INTO wb_changes_client_history VALUES ('enwiki', ?, ?, ?, ?, ?)" );
		$whole = $db->prepare( "REPLACE INTO wb_changes_history VALUES (?, 20, ?, ?, ?, 'healthy', ?)" );
		$newest = 0;
		for ( $time = time() - 4 * 3600, $i = 0; $time < time() - 60; $time += 60, $i++ ) {
			$newest += (int)( 260 + 120 * sin( $i / 23 ) );
			$lag = $i < 150 ? (int)( 30 + 20 * sin( $i / 6 ) ) : ( $i - 150 ) * 15;
			$whole->execute( [ intdiv( $time, 60 ), $newest, $newest, 3, $lag > 60 ? "{\"enwiki\":$lag}" : '{}' ] );
			if ( $i % 10 === 0 ) {
				$seen = max( 0, $newest - 5 * $lag );
				$own->execute( [ intdiv( $time, 600 ), $time % 600, $seen, $lag, $i < 190 ? 0 : 2 ] );
			}
		}
		$db->commit();
	}

	private function waitFor( string $selector, string $what ): void {
		$this->assertTrue( self::$browser->waitFor(
			static fn () => self::$browser->run(
				'return document.querySelector( arguments[0] ) !== null || null', $selector
			),
			$what
		) );
	}

}
