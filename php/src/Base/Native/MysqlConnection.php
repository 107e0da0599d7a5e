<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use SensitiveParameter;
use Wikimedia\IPUtils;
use Wikimedia\Rdbms\DatabaseDomain;
use Wikimedia\Rdbms\IDatabase;

/**
 * Says to native code what MediaWiki's configuration says of a MariaDB or MySQL server, so that both connect to the
 * same place in the same way: also where MediaWiki leaves something to mysqli, and mysqli to `php.ini`.
 *
 * Nothing here keeps the password, and no exception thrown below holds it among its arguments.
 */
final class MysqlConnection {

	private const DEFAULT_PORT = 3306;

	/** Seconds; MediaWiki's own limit where none is configured. */
	private const CONNECT_TIMEOUT = 3;

	/**
	 * Keys of MediaWiki's description of a server that say how TLS is done => ours. `sslCiphers` is OpenSSL's alone.
	 */
	private const TLS_FILES = [
		'sslCAFile' => 'ca',
		'sslCAPath' => 'caPath',
		'sslCertPath' => 'cert',
		'sslKeyPath' => 'key',
	];

	private const REPLICA_KEYS = [ 'host', 'port', 'socket', 'user', 'password', 'tls' ];

	/**
	 * @param array<string,mixed> $server as `$wgDBservers` or `$wgLBFactoryConf` describe one
	 * @param DatabaseDomain $domain of the wiki
	 * @return array{driver:string,prefix:string,...}
	 */
	public static function describe(
		#[SensitiveParameter] array $server,
		DatabaseDomain $domain
	): array {
		$description = [ 'driver' => 'mysql' ] + self::address( $server['host'] ?? '' ) + [
			'user' => (string)( $server['user'] ?? '' ),
			'password' => (string)( $server['password'] ?? '' ),
			'database' => (string)$domain->getDatabase(),
			'prefix' => $domain->getTablePrefix(),
			'tls' => self::tls( $server ),
			'connectTimeout' => self::milliseconds( $server['connectTimeout'] ?? self::CONNECT_TIMEOUT ),
		];
		if ( $server['receiveTimeout'] ?? null ) {
			$description['timeout'] = self::milliseconds( $server['receiveTimeout'] );
		}
		return $description;
	}

	/**
	 * What a replica has of its own; the rest is its primary's.
	 *
	 * @param array<string,mixed> $server as {@see self::describe()} takes it
	 * @param DatabaseDomain $domain
	 * @return array<string,mixed>
	 */
	public static function describeReplica(
		#[SensitiveParameter] array $server,
		DatabaseDomain $domain
	): array {
		return array_intersect_key( self::describe( $server, $domain ), array_flip( self::REPLICA_KEYS ) );
	}

	/**
	 * @param string $server `HOST`, `HOST:PORT` or `localhost:/SOCKET`
	 * @return array{socket:string}|array{host:string,port:int}
	 */
	private static function address( string $server ): array {
		$socket = '';
		$port = 0;
		$hostAndPort = IPUtils::splitHostAndPort( $server );
		if ( $hostAndPort ) {
			[ $host, $port ] = $hostAndPort;
		} elseif ( substr_count( $server, ':/' ) === 1 ) {
			[ $host, $socket ] = explode( ':', $server, 2 );
		} else {
			$host = $server;
		}
		// mysqli takes this name (or none) for the socket, even with a port; and any other for the network, even with
		// a socket.
		if ( $host === '' || strtolower( $host ) === 'localhost' ) {
			// The last one is mysqlnd's own.
			return [ 'socket' => $socket ?: self::ini( 'mysqli.default_socket' ) ?: '/tmp/mysql.sock' ];
		}
		return [
			'host' => $host,
			'port' => (int)$port ?: (int)self::ini( 'mysqli.default_port' ) ?: self::DEFAULT_PORT,
		];
	}

	/**
	 * As for mysqli, the certificate of the server counts when there is something to check it by.
	 *
	 * @return bool|array<string,string|bool>
	 */
	private static function tls( #[SensitiveParameter] array $server ): bool|array {
		if ( !( $server['ssl'] ?? ( (int)( $server['flags'] ?? 0 ) & IDatabase::DBO_SSL ) ) ) {
			return false;
		}
		$tls = [];
		foreach ( self::TLS_FILES as $theirs => $ours ) {
			if ( ( $server[$theirs] ?? '' ) !== '' ) {
				$tls[$ours] = (string)$server[$theirs];
			}
		}
		return [ 'verify' => isset( $tls['ca'] ) || isset( $tls['caPath'] ) ] + $tls;
	}

	private static function milliseconds( int|float|string $seconds ): int {
		return max( 1, (int)round( (float)$seconds * 1000 ) );
	}

	private static function ini( string $name ): string {
		return (string)ini_get( $name );
	}
}
