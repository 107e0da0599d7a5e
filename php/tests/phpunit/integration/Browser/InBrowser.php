<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Browser;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Manage\WebSession;

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

	/** Looks at pages as a logged-in user. The form of login would lead to the wiki's own address, which nothing serves. */
	private function enter( WebSession $session ): void {
		self::$browser->open( self::$web->url( 'Special:Version' ), '.mw-body' );
		foreach ( $session->cookies() as $name => $value ) {
			self::$browser->run( 'document.cookie = arguments[0];', "$name=$value; path=/" );
		}
	}

	/** No fault of accessibility, and no error of a script or a file. */
	private function assertFlawless(): void {
		$this->assertSame( [], self::$browser->accessibilityFaults( self::CONTENT ) );
		$this->assertSame( [], self::$browser->complaints() );
	}

	/** Leaves a picture in the folder that PICTURES names. */
	private function keep( string $name, string $part = self::CONTENT ): void {
		$folder = getenv( 'PICTURES' );
		if ( $folder ) {
			file_put_contents( "$folder/$name.png", self::$browser->picture( $part ) );
		}
	}

	private function waitForText( string $text ): void {
		self::$browser->waitFor( static fn () => self::$browser->run(
			'return document.querySelector( arguments[0] )?.innerText.includes( arguments[1] ) || null;',
			self::CONTENT,
			$text
		), $text );
	}
}
