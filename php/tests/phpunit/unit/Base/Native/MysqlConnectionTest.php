<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Native;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\MysqlConnection;
use PHPUnit\Framework\TestCase;
use Throwable;
use Wikimedia\Rdbms\DatabaseDomain;

/**
 * Every form in which MediaWiki's configuration names a MariaDB or MySQL server.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\MysqlConnection
 */
class MysqlConnectionTest extends TestCase {

	private const PASSWORD = 'correct horse';

	/** @var array<string,string|false> */
	private array $iniBefore = [];

	protected function setUp(): void {
		$this->setIni( 'mysqli.default_socket', '/run/default.sock' );
		$this->setIni( 'mysqli.default_port', '3306' );
	}

	protected function tearDown(): void {
		foreach ( $this->iniBefore as $name => $value ) {
			ini_set( $name, (string)$value );
		}
	}

	public function test_a_server_is_described_with_everything_that_is_needed_to_connect(): void {
		$this->assertSame(
			[
				'driver' => 'mysql',
				'host' => 'db1.example',
				'port' => 3306,
				'user' => 'wiki',
				'password' => self::PASSWORD,
				'database' => 'repo',
				'prefix' => '',
				'tls' => false,
				'connectTimeout' => 3000,
			],
			$this->describe( [ 'host' => 'db1.example' ] )
		);
	}

	public function test_the_address_is_the_one_that_mysqli_connects_to(): void {
		foreach ( self::addresses() as $what => [ $host, $expected ] ) {
			$description = $this->describe( [ 'host' => $host ] );
			$address = array_intersect_key( $description, [ 'host' => 0, 'port' => 0, 'socket' => 0 ] );
			$this->assertSame( $expected, $address, $what );
		}
	}

	private static function addresses(): iterable {
		yield 'a host' => [ 'db1.example', [ 'host' => 'db1.example', 'port' => 3306 ] ];
		yield 'a host and a port' => [ 'db1.example:3307', [ 'host' => 'db1.example', 'port' => 3307 ] ];
		yield 'an address' => [ '192.0.2.7', [ 'host' => '192.0.2.7', 'port' => 3306 ] ];
		yield 'an address and a port' => [ '192.0.2.7:3307', [ 'host' => '192.0.2.7', 'port' => 3307 ] ];
		yield 'an IPv6 address' => [ '2001:db8::7', [ 'host' => '2001:db8::7', 'port' => 3306 ] ];
		yield 'an IPv6 address and a port' => [ '[2001:db8::7]:3307', [ 'host' => '2001:db8::7', 'port' => 3307 ] ];
		yield 'a socket' => [ 'localhost:/run/a.sock', [ 'socket' => '/run/a.sock' ] ];
		yield 'a socket with colons' => [ ':/cloudsql/a:b:c', [ 'socket' => '/cloudsql/a:b:c' ] ];
		yield 'localhost is the default socket' => [ 'localhost', [ 'socket' => '/run/default.sock' ] ];
		yield 'in any case' => [ 'LocalHost', [ 'socket' => '/run/default.sock' ] ];
		yield 'even with a port' => [ 'localhost:3307', [ 'socket' => '/run/default.sock' ] ];
		yield 'so is nothing' => [ '', [ 'socket' => '/run/default.sock' ] ];
		yield 'no socket on another host' => [ 'db1.example:/run/a.sock', [ 'host' => 'db1.example', 'port' => 3306 ] ];
	}

	public function test_the_default_port_is_that_of_php_ini(): void {
		$this->setIni( 'mysqli.default_port', '3399' );
		$this->assertSame( 3399, $this->describe( [ 'host' => 'db1.example' ] )['port'] );
	}

	public function test_database_and_prefix_are_those_of_the_domain(): void {
		$description = MysqlConnection::describe(
			[ 'host' => 'db1.example', 'dbname' => 'other', 'tablePrefix' => 'other_' ],
			DatabaseDomain::newFromId( 'repo-mw_' )
		);
		$this->assertSame( [ 'repo', 'mw_' ], [ $description['database'], $description['prefix'] ] );
	}

	public function test_a_database_name_with_a_hyphen_is_taken_out_of_its_domain(): void {
		$description = MysqlConnection::describe(
			[ 'host' => 'db1.example' ],
			DatabaseDomain::newFromId( 'repo?hdb-mw_' )
		);
		$this->assertSame( [ 'repo-db', 'mw_' ], [ $description['database'], $description['prefix'] ] );
	}

	public function test_tls_is_used_and_verified_where_mediawiki_does(): void {
		foreach ( self::tls() as $what => [ $server, $expected ] ) {
			$this->assertSame( $expected, $this->describe( $server )['tls'], $what );
		}
	}

	private static function tls(): iterable {
		yield 'not asked for' => [ [], false ];
		yield 'refused' => [ [ 'ssl' => false, 'sslCAFile' => '/ca.pem' ], false ];
		yield 'with nothing to verify by' => [ [ 'ssl' => true ], [ 'verify' => false ] ];
		yield 'in the old way' => [ [ 'flags' => DBO_SSL | DBO_DEFAULT ], [ 'verify' => false ] ];
		yield 'the new way overrides the old' => [ [ 'flags' => DBO_SSL, 'ssl' => false ], false ];
		yield 'with a file' => [ [ 'ssl' => true, 'sslCAFile' => '/ca.pem' ], [ 'verify' => true, 'ca' => '/ca.pem' ] ];
		yield 'with a folder' => [ [ 'ssl' => true, 'sslCAPath' => '/ca' ], [ 'verify' => true, 'caPath' => '/ca' ] ];
		yield 'with a certificate of our own' => [
			[ 'ssl' => true, 'sslCAFile' => '/ca.pem', 'sslCertPath' => '/c.pem', 'sslKeyPath' => '/k.pem',
				'sslCiphers' => 'HIGH' ],
			[ 'verify' => true, 'ca' => '/ca.pem', 'cert' => '/c.pem', 'key' => '/k.pem' ],
		];
	}

	public function test_time_limits_are_those_that_are_configured(): void {
		$description = $this->describe( [ 'connectTimeout' => 0.5, 'receiveTimeout' => 30 ] );
		$this->assertSame( [ 500, 30000 ], [ $description['connectTimeout'], $description['timeout'] ] );
	}

	public function test_a_server_without_user_and_password_is_no_error_here(): void {
		$description = MysqlConnection::describe( [ 'host' => 'db1.example' ], DatabaseDomain::newFromId( 'repo' ) );
		$this->assertSame( [ '', '' ], [ $description['user'], $description['password'] ] );
	}

	public function test_an_exception_does_not_carry_the_password_in_its_trace(): void {
		$before = ini_set( 'zend.exception_ignore_args', '0' );
		try {
			$this->describe( [ 'host' => [ 'no string' ] ] );
			$this->fail( 'accepted' );
		} catch ( Throwable $e ) {
			$frames = array_filter(
				$e->getTrace(),
				static fn ( array $frame ) => ( $frame['class'] ?? '' ) === MysqlConnection::class
			);
			$this->assertNotSame( [], $frames );
			$this->assertNotSame( [], array_column( $frames, 'args' ) );
			$this->assertStringNotContainsString( self::PASSWORD, print_r( $frames, true ) );
		} finally {
			ini_set( 'zend.exception_ignore_args', (string)$before );
		}
	}

	private function describe( array $server ): array {
		return MysqlConnection::describe(
			$server + [ 'host' => 'db1.example', 'user' => 'wiki', 'password' => self::PASSWORD ],
			DatabaseDomain::newFromId( 'repo' )
		);
	}

	private function setIni( string $name, string $value ): void {
		$before = ini_set( $name, $value );
		if ( $before === false ) {
			$this->fail( "$name cannot be set: this needs PHP's mysqli" );
		}
		$this->iniBefore += [ $name => $before ];
	}
}
