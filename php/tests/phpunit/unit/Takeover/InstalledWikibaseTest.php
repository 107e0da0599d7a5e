<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Takeover;

use HashConfig;
use MediaWiki\Extension\WikibaseDispatch\Takeover\InstalledWikibase;
use MediaWiki\MediaWikiServices;
use PHPUnit\Framework\TestCase;

/**
 * What is asked of Wikibase's settings. They are played by a stand-in: there is no Wikibase here.
 */
class InstalledWikibaseTest extends TestCase {

	public function test_wikibases_settings_are_taken_as_it_resolves_them(): void {
		$settings = InstalledWikibase::repoSettings( $this->services( [
			'WikibaseRepo.Settings' => self::wikibase( [ 'siteGlobalID' => 'd', 'localClientDatabases' => [ 'en' ] ] ),
		] ) );
		$this->assertSame( [ 'siteGlobalID' => 'd', 'localClientDatabases' => [ 'en' ] ], $settings );
	}

	public function test_a_repo_that_is_a_client_is_named_as_its_client_side_names_the_repo(): void {
		$settings = InstalledWikibase::repoSettings( $this->services( [
			'WikibaseRepo.Settings' => self::wikibase( [] ),
			'WikibaseClient.Settings' => self::wikibase( [ 'repoSiteId' => 'wikidata' ] ),
		] ) );
		$this->assertSame( [ 'ownClient' => [ 'wikidata' => 'repo_db' ] ], $settings );
	}

	public function test_a_wiki_that_is_only_a_client_is_no_repo_whatever_is_configured(): void {
		$settings = InstalledWikibase::repoSettings( $this->services( [
			'WikibaseClient.Settings' => self::wikibase( [ 'repoSiteId' => 'wikidata' ] ),
		] ) );
		$this->assertSame( [ 'isClientOnly' => true ], $settings );
	}

	private function services( array $known ): MediaWikiServices {
		$services = $this->createMock( MediaWikiServices::class );
		$services->method( 'hasService' )->willReturnCallback( static fn ( $name ) => isset( $known[$name] ) );
		$services->method( 'get' )->willReturnCallback( static fn ( $name ) => $known[$name] );
		$services->method( 'getMainConfig' )->willReturn( new HashConfig( [ 'DBname' => 'repo_db' ] ) );
		return $services;
	}

	private static function wikibase( array $settings ): object {
		return new class( $settings ) {

			public function __construct( private readonly array $settings ) {
			}

			public function hasSetting( string $name ): bool {
				return isset( $this->settings[$name] );
			}

			public function getSetting( string $name ): mixed {
				return $this->settings[$name];
			}
		};
	}
}
