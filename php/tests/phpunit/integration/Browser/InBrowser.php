<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Browser;

/**
 * A test that looks at pages in a browser, one for all of its class.
 */
trait InBrowser {

	private static Browser $browser;
	private static string $profile;

	public static function setUpBeforeClass(): void {
		self::$profile = sys_get_temp_dir() . '/wikibase-dispatch-browser-' . bin2hex( random_bytes( 6 ) );
		mkdir( self::$profile );
		parent::setUpBeforeClass();
		self::$browser = new Browser( self::$profile );
	}

	public static function tearDownAfterClass(): void {
		self::$browser->quit();
		parent::tearDownAfterClass();
		exec( 'rm -rf -- ' . escapeshellarg( self::$profile ) );
	}

	private function waitForText( string $text ): void {
		self::$browser->waitFor( static fn () => self::$browser->run(
			'return document.querySelector( arguments[0] )?.innerText.includes( arguments[1] ) || null;',
			self::CONTENT,
			$text
		), $text );
	}
}
