--TEST--
A connection is described by an array; what is wrong with it, or with the database, is said without secrets
--EXTENSIONS--
pdo
pdo_sqlite
posix
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo( 'wb_' );
$repo->change( 'Q1' );
$without = fn ( array $connection ) => fn () => new WikibaseDispatch\Dispatcher(
	$connection, new WikibaseDispatch\Settings( [ 'repoSiteId' => 'r', 'localClientDatabases' => [ 'enwiki' ] ] )
);
failure( $without( [] ) );
failure( $without( [ 'driver' => 'postgres', 'password' => 'canary' ] ) );
failure( $without( [ 'driver' => 'mysql', 'password' => 'canary' ] ) );
failure( $without( [ 'driver' => 'mysql', 'host' => 'x', 'port' => 0, 'user' => 'y', 'password' => 'canary' ] ) );
failure( $without( [ 'driver' => 'mysql', 'host' => 'x', 'user' => 'y', 'database' => 'z', 'password' => [ 'canary' ] ] ) );
failure( $without( [ 'driver' => 'mysql', 'host' => 'x', 'user' => 'y', 'password' => 'canary' ] ) );
failure( $without( [ 'driver' => 'mysql', 'host' => 'x', 'user' => 'y', 'database' => 'z', 'tls' => [ 'ciphers' => 'any' ] ] ) );
$withReplicas = fn ( $replicas ) => $without(
	[ 'driver' => 'mysql', 'host' => 'x', 'user' => 'y', 'password' => 'canary', 'database' => 'z', 'replicas' => $replicas ]
);
failure( $withReplicas( 'canary' ) );
failure( $withReplicas( [ 'host' => 'canary' ] ) );
failure( $withReplicas( [ 'canary' ] ) );
failure( $withReplicas( [ [ 'host' => 'a' ], [ 'user' => 'b', 'password' => 'canary' ] ] ) );
failure( $withReplicas( [ [ 'host' => 'a', 'port' => 70000, 'password' => 'canary' ] ] ) );
failure( $withReplicas( [ [ 'socket' => 'a', 'password' => [ 'canary' ] ] ] ) );
failure( $withReplicas( [ [ 'host' => 'a', 'database' => 'canary' ] ] ) );
failure( $withReplicas( [] ) );
failure( $withReplicas( [ [ 'host' => 'a', 'port' => 3307, 'user' => 'b', 'tls' => true ], [ 'socket' => '/a' ] ] ) );
failure( $without( [ 'driver' => 'sqlite' ] ) );
failure( $without( [ 'driver' => 'sqlite', 'path' => "a\0b" ] ) );
failure( $without( [ 'driver' => 'sqlite', 'path' => 'x', 'password' => 'canary' ] ) );
failure( $without( [ 'driver' => 'sqlite', 'path' => 'x', 'prefix' => 'x"; DROP TABLE y --' ] ) );
failure( $without( [ 'driver' => 'sqlite', 'path' => 'x', 'timeout' => 0 ] ) );
failure( fn () => $repo->dispatcher( [], [ 'path' => '/nowhere/repo.sqlite' ] )->horizon() );
failure( fn () => $repo->dispatcher( [], [ 'prefix' => 'other_' ] )->horizon() );

// Lock managers.
$withLocks = fn ( array $manager ) => fn () => new WikibaseDispatch\Dispatcher(
	[ 'driver' => 'sqlite', 'path' => 'x' ],
	new WikibaseDispatch\Settings( [ 'repoSiteId' => 'r', 'localClientDatabases' => [ 'enwiki' ] ] ), $manager
);
failure( $withLocks( [ 'driver' => 'memcached' ] ) );
failure( $withLocks( [ 'driver' => 'redis', 'servers' => [], 'password' => 'canary' ] ) );
failure( $withLocks( [ 'driver' => 'redis', 'servers' => [ 'host:port' ] ] ) );
failure( $withLocks( [ 'driver' => 'claim' ] ) );

// A database that cannot be written. Root may write everything, so be somebody else.
chmod( $repo->path, 0444 );
if ( posix_geteuid() === 0 ) {
	posix_seteuid( 65534 );
}
failure( fn () => run( $repo->dispatcher()->trigger() ) );
if ( posix_getuid() === 0 ) {
	posix_seteuid( 0 );
}
?>
--EXPECTF--
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "driver" is missing or not a string
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: this driver is not supported; supported: "mysql", "sqlite"
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: one of the keys "host" and "socket" is needed
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "port" must be a whole number from 1 to 65535
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "password" must be a string of UTF-8 without zero bytes
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "database" is missing or empty
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: there is no key "ciphers"; "tls" has ca, caPath, cert, key, verify
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "replicas" must be a list of arrays
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "replicas" must be a list of arrays
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "replicas" must be a list of arrays
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: one of the keys "host" and "socket" is needed
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "port" must be a whole number from 1 to 65535
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "password" must be a string of UTF-8 without zero bytes
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: there is no key "database"; a replica has host, port, socket, user, password, tls
nothing was thrown
nothing was thrown
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "path" must be the path of the database file
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "path" must be the path of the database file
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: there is no key "password"; a sqlite connection has driver, path, prefix, timeout
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "prefix" must be a table prefix: up to 32 letters, digits, "_" or "-"
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "timeout" must be a whole number of milliseconds from 1 to 600000
WikibaseDispatch\StoreMissingException 1205 final: cannot open the repo's database: there is no file /nowhere/repo.sqlite
WikibaseDispatch\SchemaMissingException 1204 final: cannot read the dispatch states: %s has no table other_wb_changes; run maintenance/update.php, and check the table prefix
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: this lock manager is not supported; supported: "claim", "redis"
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "servers" must be a list of servers: "host", "host:port" or "/path/to/socket"
WikibaseDispatch\InvalidConnectionException 1002 final: cannot use this connection: the key "servers" must be a list of servers: "host", "host:port" or "/path/to/socket"
nothing was thrown
WikibaseDispatch\StoreReadOnlyException 1202 retryable: cannot change the rollout in %s: attempt to write a readonly database
