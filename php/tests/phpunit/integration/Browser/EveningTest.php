<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Browser;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Manage\ManageTestCase;

/**
 * An operator's evening, in a real browser: by
 * links and forms alone from a farm that is stuck to one that is healthy.
 *
 * @coversNothing
 */
class EveningTest extends ManageTestCase {

	use InBrowser;

	private const CONTENT = '#mw-content-text';
	private const STATUS = 'Special:DispatchStatus';
	private const MANAGE = 'Special:ManageDispatch/enwiki';
	private const SUBMIT = '.mw-htmlform-submit button';

	public function test_an_operator_finds_what_is_stuck_and_mends_it(): void {
		$this->haveAQueueUnreachable();
		$this->enter( $this->session( self::OPERATOR ) );
		self::$browser->resize( 1280, 800 );

		// Stuck, and it says because of whom.
		self::$browser->open( self::$web->url( self::STATUS ), '.wbd-' );
		$this->assertStringContainsString( 'Stuck', self::$browser->text( '.wbd-state' ) );
		$this->assertStringContainsString(
			'Cannot push to the job queue of enwiki', self::$browser->text( '.wbd-reason' )
		);

		// The client has its reasons on a page of its own, and the change of an entity is found from there.
		$this->follow( '.wbd-troubles a', 'enwiki' );
		$this->waitForText( 'Last error: push: ' );
		self::$browser->type( '#wbd-find', 'Q1' );
		self::$browser->click( '.wbd-find button' );
		$this->waitForText( 'Not delivered yet: one client' );

		// The wiki is closed for the night.
		self::$browser->open( self::$web->url( self::STATUS . '/enwiki' ), '.wbd-' );
		$this->follow( '.wbd-ways a', 'Manage' );
		$this->follow( 'dt a', 'Disable the client' );
		self::$browser->type( 'input[name=wpreason]', 'moved to another server' );
		$this->submit();
		$this->assertTrue( $this->isDisabled( 'enwiki' ) );

		// The record of it, for everybody to read.
		self::$browser->open( self::$web->url( 'Special:Log', [ 'type' => 'wikibasedispatch' ] ), '.mw-body' );
		$this->waitForText( self::OPERATOR );
		$this->waitForText( '(moved to another server)' );

		// It is back, and gets what it has missed.
		self::$browser->open( self::$web->url( self::MANAGE ), '.mw-body' );
		$this->follow( 'dt a', 'Enable the client' );
		self::$browser->type( 'input[name=wpafter]', '0' );
		$this->submit();
		self::$browser->open( self::$web->url( self::MANAGE ), '.mw-body' );
		$this->follow( 'dt a', 'Catch up now' );
		$this->submit();
		$this->assertSame( [ 'disable', 'enable', 'catchup' ], array_column( $this->entries(), 'action' ) );

		// The page becomes healthy before the operator's eyes while job runners work.
		self::$browser->open( self::$web->url( self::STATUS ), '.wbd-' );
		$this->assertStringNotContainsString( 'Healthy', self::$browser->text( '.wbd-state' ) );
		self::$browser->run( 'window.isStillThere = true' );
		$this->runJobs( Farm::REPO );
		foreach ( Farm::WIKIS as $wiki ) {
			$this->runJobs( $wiki );
		}
		$this->waitForText( 'Healthy' );
		$this->assertTrue( self::$browser->run( 'return window.isStillThere === true' ), 'nobody has reloaded it' );
		$this->assertSame( 3, $this->seen( 'enwiki' ) );
	}

	/** For so long that it is clear that something is wrong. */
	private function haveAQueueUnreachable(): void {
		$this->farm->database( Farm::REPO )->exec(
			"UPDATE wb_changes SET change_time = '" . gmdate( 'YmdHis', time() - 2400 ) . "'"
		);
		$this->announce();
		$this->farm->without( 'enwiki', 'job', function () {
			for ( $failures = 0; $failures < 3; $failures++ ) {
				$this->runJobs( Farm::REPO, '--maxjobs', '3' );
				$this->set( 'enwiki', 'chd_touched = ' . gmdate( 'YmdHis', time() - 2000 ) );
				$this->announce();
			}
		} );
	}

	/** Clicks on the link that begins with a text. */
	private function follow( string $links, string $text ): void {
		$address = self::$browser->run(
			'const link = [ ...document.querySelectorAll( arguments[0] ) ]
				.find( ( each ) => each.textContent.startsWith( arguments[1] ) );
			link?.click();
			return link?.href || null;',
			self::CONTENT . ' ' . implode( ', ' . self::CONTENT . ' ', explode( ',', $links ) ),
			$text
		);
		$this->assertNotNull( $address, "there is a link '$text'" );
		self::$browser->waitFor( static fn () => self::$browser->run(
			'return ( location.href.split( "#" )[ 0 ] === arguments[0].split( "#" )[ 0 ]
				&& document.readyState === "complete" ) || null;',
			$address
		), "the page of '$text'" );
	}

	private function submit(): void {
		self::$browser->click( self::SUBMIT );
		$this->waitForText( 'Done.' );
	}
}
