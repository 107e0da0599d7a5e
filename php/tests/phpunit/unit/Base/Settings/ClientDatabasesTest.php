<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Settings;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientDatabases;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use PHPUnit\Framework\TestCase;

/**
 * How keys of `localClientDatabases` become site ids, and which entries are refused.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientDatabases
 */
class ClientDatabasesTest extends TestCase {

	/**
	 * @dataProvider provideSettings
	 */
	public function test_keys_become_site_ids( array $setting, array $clients ): void {
		$read = new ClientDatabases( $setting );
		$this->assertSame( $clients, $read->served() );
		$this->assertSame( [], $read->refused() );
	}

	public static function provideSettings(): iterable {
		$both = static fn ( string ...$names ) => array_combine( $names, $names );
		yield 'nothing' => [ [], [] ];
		yield 'a list' => [ [ 'enwiki', 'dewiki' ], $both( 'enwiki', 'dewiki' ) ];
		yield 'a map' => [ [ 'enwiki' => 'en_db' ], [ 'enwiki' => 'en_db' ] ];
		yield 'a list and a map' => [
			[ 'enwiki', 'dewiki', 'frwiki' => 'fr_db' ], $both( 'enwiki', 'dewiki' ) + [ 'frwiki' => 'fr_db' ]
		];
		yield 'a map and a list' => [
			[ 'frwiki' => 'fr_db', 'enwiki', 'dewiki' ], [ 'frwiki' => 'fr_db' ] + $both( 'enwiki', 'dewiki' )
		];
		yield 'a list from which some were taken' => [ [ 1 => 'enwiki', 5 => 'dewiki' ], $both( 'enwiki', 'dewiki' ) ];
		yield 'a long one' => [
			array_diff( array_map( static fn ( int $n ) => "wiki$n", range( 0, 299 ) ), [ 'wiki7' ] ),
			$both( ...array_map( static fn ( int $n ) => "wiki$n", [ ...range( 0, 6 ), ...range( 8, 299 ) ] ) )
		];
		yield 'digits' => [ [ '123' => 'svwiki' ], [ '123' => 'svwiki' ] ];
		yield 'digits in a map' => [
			[ 'enwiki' => 'enwiki', '123' => 'svwiki' ], [ 'enwiki' => 'enwiki', '123' => 'svwiki' ]
		];
		yield 'digits in a list' => [ [ '123', 'enwiki' ], $both( '123', 'enwiki' ) ];
		yield 'integers in a list, as array_keys() makes them' => [ [ 123, 'enwiki' ], $both( '123', 'enwiki' ) ];
		yield 'the same twice' => [ [ 'enwiki', 'enwiki' => 'enwiki', 2 => 'enwiki' ], $both( 'enwiki' ) ];
		$long = str_repeat( 'x', 64 );
		yield 'as long as MediaWiki lets it be' => [ [ $long ], $both( $long ) ];
	}

	/** Of any mixture of the ways to write them, the clients are the same. */
	public function test_however_clients_are_written_they_are_the_same(): void {
		mt_srand( 16 );
		for ( $try = 0; $try < 500; $try++ ) {
			$listed = $expected = [];
			for ( $count = mt_rand( 1, 12 ); $count > 0; $count-- ) {
				$name = [ 'wiki', 'zh-', '1x', "o'" ][mt_rand( 0, 3 )] . mt_rand( 0, 10_000 ) . "_$count";
				if ( mt_rand( 0, 1 ) ) {
					$listed[] = $name;
					$expected[$name] = $name;
				} else {
					$listed[$name] = $expected[$name] = "db_$name";
				}
				if ( mt_rand( 0, 4 ) === 0 && is_int( array_key_last( $listed ) ) ) {
					// Taken out again: the next has the next number all the same.
					unset( $listed[array_key_last( $listed )], $expected[$name] );
				}
			}
			$read = new ClientDatabases( $listed );
			$this->assertSame( $expected, $read->served(), json_encode( $listed ) );
			$this->assertSame( [], $read->refused() );
		}
	}

	/**
	 * @dataProvider provideRefused
	 */
	public function test_what_cannot_be_served_is_refused_by_name_and_the_rest_is_served(
		array $setting, array $refused
	): void {
		$read = new ClientDatabases( [ 'goodwiki' => 'goodwiki' ] + $setting );
		$this->assertSame( [ 'goodwiki' => 'goodwiki' ], $read->served() );
		$this->assertSame( array_keys( $refused ), array_keys( $read->refused() ) );
		foreach ( $refused as $name => $why ) {
			$this->assertStringContainsString( $why, $read->refused()[$name] );
		}
	}

	public static function provideRefused(): iterable {
		$long = str_repeat( 'x', 65 );
		yield 'too long' => [ [ $long => 'db' ], [ $long => '65 bytes' ] ];
		yield 'too long, in a list' => [ [ $long ], [ $long => 'at most 64' ] ];
		yield 'no database' => [ [ 'enwiki' => '' ], [ 'enwiki' => 'no database' ] ];
		yield 'null' => [ [ 'enwiki' => null ], [ 'enwiki' => 'no database' ] ];
		yield 'an array' => [ [ 'enwiki' => [ 'en' ] ], [ 'enwiki' => 'no database' ] ];
		yield 'an empty entry of a list' => [ [ 3 => '' ], [ 'entry 3' => 'no database' ] ];
		yield 'no site id' => [ [ '' => 'en_db' ], [ '(empty)' => 'en_db has no site id' ] ];
		yield 'control characters' => [ [ "a\x01b" => 'db' ], [ 'a?b' => 'control characters' ] ];
		yield 'no text' => [ [ "a\xff" => 'db' ], [ 'a?' => 'not UTF-8' ] ];
		yield 'two databases' => [
			[ 'enwiki', 'enwiki' => 'en_db' ], [ 'enwiki' => 'listed twice, with the databases enwiki and en_db' ]
		];
		yield 'two site ids' => [
			[ 'en' => 'en_db', 'enwiki' => 'en_db' ],
			[ 'en' => 'several site ids: en, enwiki', 'enwiki' => 'several site ids: en, enwiki' ]
		];
	}

	public function test_a_repo_that_is_its_own_client_need_not_be_listed(): void {
		$own = [ 'repowiki' => 'repo_db' ];
		$this->assertSame( $own, ( new ClientDatabases( [], $own ) )->served() );
		$this->assertSame( [ 'repowiki' => 'x' ], ( new ClientDatabases( [ 'repowiki' => 'x' ], $own ) )->served() );
		$this->assertSame( [ '123' => 'db' ], ( new ClientDatabases( [], [ '123' => 'db' ] ) )->served() );
	}

	public function test_a_number_that_may_be_a_site_id_or_a_place_in_a_list_is_not_guessed(): void {
		$this->expectException( InvalidExtensionSettingException::class );
		$this->expectExceptionMessage( '123 may be a site id' );
		new ClientDatabases( [ 'enwiki', '123' => 'svwiki' ] );
	}
}
