<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Compat;

use HashConfig;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\HostSettings;
use PHPUnit\Framework\TestCase;

/**
 * What hosts leave in settings of others that are arrays.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Compat\HostSettings
 */
class HostSettingsTest extends TestCase {

	/** @dataProvider nothing */
	public function test_whatever_is_no_array_means_that_nothing_is_set( array $settings ): void {
		$this->assertSame( [], HostSettings::map( new HashConfig( $settings ), 'WBClientSettings' ) );
	}

	public static function nothing(): iterable {
		yield 'unset' => [ [] ];
		foreach ( [ null, false, '', 0, [] ] as $value ) {
			yield json_encode( $value ) => [ [ 'WBClientSettings' => $value ] ];
		}
	}

	public function test_an_array_is_taken_as_it_is(): void {
		$settings = [ 'siteGlobalID' => 'enwiki', 'repoDatabase' => null ];
		$this->assertSame(
			$settings, HostSettings::map( new HashConfig( [ 'WBClientSettings' => $settings ] ), 'WBClientSettings' )
		);
	}

	public function test_names_are_a_list_of_strings_whatever_the_keys_are(): void {
		$config = new HashConfig( [ 'LocalDatabases' => [ 3 => 'enwiki', 'x' => 7 ] ] );
		$this->assertSame( [ 'enwiki', '7' ], HostSettings::names( $config, 'LocalDatabases' ) );
	}
}
