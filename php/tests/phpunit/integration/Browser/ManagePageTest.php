<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Browser;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Manage\ManageTestCase;

/**
 * `Special:ManageDispatch` in a real browser, with a keyboard, a mouse, and whatever else people read pages with.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Manage\SpecialManageDispatch
 */
class ManagePageTest extends ManageTestCase {

	use InBrowser;

	private const PAGE_NAME = 'Special:ManageDispatch/enwiki';
	private const CONTENT = '#mw-content-text';
	private const SUBMIT = '.mw-htmlform-submit button';
	private const SIZES = [ [ 960, 800, false ], [ 360, 740, true ] ];

	public function test_a_client_is_disabled_and_set_forward_by_whoever_can_reach_a_link_and_a_button(): void {
		$this->enter( $this->session( self::OPERATOR ) );
		$this->open( [] );
		$this->assertFlawless();
		$this->follow( 'Disable the client' );
		$this->assertFlawless();
		self::$browser->type( 'input[name=wpreason]', 'closed' );
		self::$browser->click( self::SUBMIT );
		$this->waitForText( 'Done.' );
		$this->assertTrue( $this->isDisabled( 'enwiki' ) );
		$this->assertFlawless();
		$this->assertStringContainsString( '(closed)', self::$browser->text( self::CONTENT ) );

		$this->set( 'enwiki', 'chd_disabled = 0' );
		$this->open( [ 'do' => 'seek' ] );
		$this->assertFlawless();
		self::$browser->type( 'input[name=to]', 'end' );
		self::$browser->click( self::SUBMIT );
		$this->waitForText( 'would be set forward' );
		$this->assertFlawless();
		self::$browser->click( 'input[name=wpskip]' );
		self::$browser->click( self::SUBMIT );
		$this->waitForText( 'Done.' );
		$this->assertSame( 3, $this->seen( 'enwiki' ) );
	}

	private function open( array $parameters ): void {
		self::$browser->open( self::$web->url( self::PAGE_NAME, $parameters ), '.mw-body' );
	}

	private function follow( string $text ): void {
		self::$browser->run(
			'[ ...document.querySelectorAll( "#mw-content-text dt a" ) ]
				.find( ( link ) => link.textContent === arguments[0] ).click();',
			$text
		);
		$this->waitForText( 'Reason:' );
	}

	/** On a wide screen and on a phone. */
	private function assertFlawless(): void {
		foreach ( self::SIZES as $size ) {
			self::$browser->resize( ...$size );
			$this->assertSame( [], self::$browser->accessibilityFaults( self::CONTENT ) );
		}
	}
}
