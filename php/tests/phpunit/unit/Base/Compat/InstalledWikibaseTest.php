<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Compat;

use HashConfig;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\InstalledWikibase;
use MediaWiki\MediaWikiServices;
use PHPUnit\Framework\TestCase;

/**
 * What is asked of Wikibase's settings. They are played by a stand-in: there is no Wikibase here.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Compat\InstalledWikibase
 */
class InstalledWikibaseTest extends TestCase {

	public function test_wikibases_settings_are_taken_as_it_resolves_them(): void {
		$settings = InstalledWikibase::repoSettings( $this->services( [
			'WikibaseRepo.Settings' => self::wikibase( [ 'siteGlobalID' => 'd', 'localClientDatabases' => [ 'en' ] ] ),
		] ) );
		$this->assertSame( [ 'siteGlobalID' => 'd', 'localClientDatabases' => [ 'en' ] ], $settings );
	}

	public function test_a_repo_that_is_a_client_is_named_as_its_client_side_names_the_repo(): void {
		[ $GLOBALS['wgDBname'], $GLOBALS['wgDBprefix'], $GLOBALS['wgDBmwschema'] ] = [ 'repo-db', 'r_', null ];
		$settings = InstalledWikibase::repoSettings( $this->services( [
			'WikibaseRepo.Settings' => self::wikibase( [] ),
			'WikibaseClient.Settings' => self::wikibase( [ 'repoSiteId' => 'wikidata' ] ),
		] ) );
		$this->assertSame( [ 'ownClient' => [ 'wikidata' => 'repo?hdb-r_' ] ], $settings );
	}

	public function test_a_wiki_that_is_only_a_client_is_no_repo_whatever_is_configured(): void {
		$settings = InstalledWikibase::repoSettings( $this->services( [
			'WikibaseClient.Settings' => self::wikibase( [ 'repoSiteId' => 'wikidata' ] ),
		] ) );
		$this->assertSame( [ 'isClientOnly' => true ], $settings );
	}

	/** @dataProvider provideWikis */
	public function test_a_wiki_may_be_a_repo_by_what_is_installed_or_configured(
		bool $expected, array $extensions, array $globals
	): void {
		$prefixed = array_combine( array_map( static fn ( $name ) => "wg$name", array_keys( $globals ) ), $globals );
		$this->assertSame( $expected, InstalledWikibase::mayBeRepoBy( $extensions, $prefixed ) );
		$services = [
			InstalledWikibase::REPO => 'WikibaseRepo.Settings', InstalledWikibase::CLIENT => 'WikibaseClient.Settings'
		];
		$known = array_fill_keys( array_intersect_key( $services, array_flip( $extensions ) ), self::wikibase( [] ) );
		$this->assertSame( $expected, InstalledWikibase::mayBeRepo( $this->services( $known, $globals ) ) );
	}

	public static function provideWikis(): iterable {
		$ours = [ 'WikibaseDispatchSettings' => [ 'localClientDatabases' => [ 'enwiki' ] ] ];
		$wikibases = [ 'WBRepoSettings' => [ 'localClientDatabases' => [ 'enwiki' ] ] ];
		yield 'no Wikibase, nothing configured' => [ false, [], [] ];
		yield 'no Wikibase, settings without clients' => [ false, [], [ 'WikibaseDispatchSettings' => [ 'a' => 1 ] ] ];
		yield 'no Wikibase, settings that are nothing' => [ false, [], [ 'WikibaseDispatchSettings' => null ] ];
		yield 'our settings name clients' => [ true, [], $ours ];
		yield "Wikibase's settings name clients" => [ true, [], $wikibases ];
		yield 'a repo' => [ true, [ InstalledWikibase::REPO ], [] ];
		yield 'both' => [ true, [ InstalledWikibase::REPO, InstalledWikibase::CLIENT ], [] ];
		yield 'a client of a farm with one file of settings' => [
			false, [ InstalledWikibase::CLIENT ], $ours + $wikibases
		];
	}

	/** @dataProvider unsetSettings */
	public function test_settings_that_exist_and_are_nothing_are_as_good_as_none( array $globals ): void {
		$services = $this->services( [], $globals );
		$this->assertSame( [], InstalledWikibase::repoSettings( $services ) );
		$this->assertSame( [], InstalledWikibase::clientSettings( $services, [ 'siteGlobalID' ] ) );
	}

	public static function unsetSettings(): iterable {
		yield 'unset' => [ [] ];
		yield 'null' => [ [ 'WBRepoSettings' => null, 'WBClientSettings' => null ] ];
		yield 'empty' => [ [ 'WBRepoSettings' => [], 'WBClientSettings' => [] ] ];
	}

	public function test_a_clients_settings_are_taken_as_wikibase_resolves_them(): void {
		$settings = InstalledWikibase::clientSettings( $this->services( [
			'WikibaseClient.Settings' => self::wikibase( [ 'siteGlobalID' => 'enwiki', 'theirs' => 1 ] ),
		], [ 'WBClientSettings' => null ] ), [ 'siteGlobalID', 'repoDatabase' ] );
		$this->assertSame( [ 'siteGlobalID' => 'enwiki' ], $settings );
	}

	public function test_wikibase_tells_the_clients_that_its_setting_lists_of_hidden_revisions(): void {
		$of = fn ( array $known ) => InstalledWikibase::clientsToldOfRevisions( $this->services( $known ) );
		$this->assertSame( [], $of( [] ) );
		$this->assertSame( [], $of( [
			'WikibaseRepo.Settings' => self::wikibase( [ 'localClientDatabases' => [] ] ),
			'WikibaseClient.Settings' => self::wikibase( [ 'repoSiteId' => 'd' ] ),
		] ) );
		$this->assertSame( [ 'en_db' ], $of( [
			'WikibaseRepo.Settings' => self::wikibase( [ 'localClientDatabases' => [ 'enwiki' => 'en_db' ] ] ),
		] ) );
	}

	private function services( array $known, array $globals = [] ): MediaWikiServices {
		$services = $this->createMock( MediaWikiServices::class );
		$services->method( 'hasService' )->willReturnCallback( static fn ( $name ) => isset( $known[$name] ) );
		$services->method( 'get' )->willReturnCallback( static fn ( $name ) => $known[$name] );
		$services->method( 'getMainConfig' )->willReturn( new HashConfig( [ 'DBname' => 'repo_db' ] + $globals ) );
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
