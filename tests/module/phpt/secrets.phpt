--TEST--
No password is in any message, trace, dump, log, nor in phpinfo(), whatever goes wrong (G13)
--EXTENSIONS--
pdo
mysqlnd
pdo_mysql
posix
--INI--
zend.exception_ignore_args=0
zend.exception_string_param_max_len=1000000
--FILE--
<?php
require __DIR__ . '/mariadb.inc';
require __DIR__ . '/redis.inc';

use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\DispatchException;
use WikibaseDispatch\Notification;
use WikibaseDispatch\Settings;

// Made here, so that nobody else can know them: what is searched for stands in no file and in no variable of the environment.
[ $canary, $wrong, $ofRedis ] = array_map( static fn () => bin2hex( random_bytes( 12 ) ), range( 1, 3 ) );
$canaries = [ 'right' => $canary, 'wrong' => $wrong, 'Redis' => $ofRedis ];
$found = [];
$search = static function ( string $where, string $text ) use ( $canaries, &$found ): void {
	foreach ( $canaries as $name => $secret ) {
		if ( str_contains( $text, $secret ) ) {
			$found[] = "$where: the $name password";
		}
	}
};
$printed = static function ( callable $print ): string {
	ob_start();
	try {
		$print();
	} catch ( Throwable $e ) {
		echo $e;
	}
	return ob_get_clean();
};
$thrown = [];
$provoke = static function ( string $how, callable $call ) use ( &$thrown, $search, $printed ): void {
	try {
		$call();
		echo "$how: nothing was thrown\n";
	} catch ( DispatchException $e ) {
		$thrown[get_class( $e )] = true;
		$search( $how, implode( "\n", [
			(string)$e, print_r( $e->getTrace(), true ), serialize( $e->getTrace() ), json_encode( $e->getTrace() ),
			$printed( static fn () => var_dump( $e ) ), $printed( static fn () => debug_zval_refcount( $e ) ),
		] ) );
	}
};

$repo = new MariaRepo();
$repo->sql->exec( "CREATE USER keeper@localhost IDENTIFIED BY '$canary'" );
$repo->sql->exec( 'GRANT SELECT, INSERT, UPDATE, DELETE ON repo.* TO keeper@localhost' );
$repo->sql->exec( 'GRANT SELECT ON nowhere.* TO keeper@localhost' );
$repo->sql->exec( "CREATE USER guest@localhost IDENTIFIED BY '$canary'" );
$repo->sql->exec( 'GRANT INSERT ON repo.wb_changes TO guest@localhost' );
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );
$make = static fn ( array $connection = [], ?array $locks = null ) => new Dispatcher(
	$connection + [ 'driver' => 'mysql', 'socket' => $repo->socket(), 'user' => 'keeper', 'password' => $canary,
		'database' => 'repo', 'timeout' => 300 ],
	new Settings( [ 'repoSiteId' => 'repowiki', 'localClientDatabases' => [ 'enwiki' ], 'gapGrace' => 0 ] ),
	$locks
);
$over = static fn ( array $address ) => static fn () => new Dispatcher(
	$address + [ 'driver' => 'mysql', 'user' => 'keeper', 'password' => $canary, 'database' => 'repo' ],
	new Settings( [ 'repoSiteId' => 'repowiki', 'localClientDatabases' => [ 'enwiki' ] ] )
);

// What describes the connection.
foreach ( [
	'a driver' => [ 'driver' => "mysql://keeper:$canary@db/repo" ],
	'a key' => [ 'pasword' => $canary ],
	'a password that is none' => [ 'password' => [ $canary ] ],
	'a password with a zero byte' => [ 'password' => "$canary\0" ],
	'a password that is not UTF-8' => [ 'password' => "$canary\xff" ],
	'a user that is none' => [ 'user' => [ $canary ] ],
	'a database that is none' => [ 'database' => [ $canary ] ],
	'a socket that is none' => [ 'socket' => [ $canary ] ],
	'a timeout that is none' => [ 'timeout' => $canary ],
	'TLS that is none' => [ 'tls' => $canary ],
	'a prefix that is none' => [ 'prefix' => "';$canary" ],
	'replicas that are none' => [ 'replicas' => [ "keeper:$canary@replica" ] ],
	'a replica that is none' => [ 'replicas' => [ [ 'host' => 'a', 'password' => [ $canary ] ] ] ],
] as $what => $connection ) {
	$provoke( $what, static fn () => $make( $connection ) );
}
$provoke( 'a host with a password', $over( [ 'host' => "keeper:$canary@db" ] ) );
foreach ( [ 'a lock driver' => [ 'driver' => "redis://:$ofRedis@r" ],
	'lock servers' => [ 'driver' => 'redis', 'servers' => [ "redis://:$ofRedis@r" ] ],
	'a lock server with a password' => [ 'driver' => 'redis', 'servers' => [ "$ofRedis@r" ] ],
	'a lock password that is none' => [ 'driver' => 'redis', 'servers' => [ 'r' ], 'password' => [ $ofRedis ] ],
] as $what => $locks ) {
	$provoke( $what, static fn () => $make( [], $locks ) );
}

// What describes the rest.
$provoke( 'a setting', static fn () => new Settings( [ 'repoSiteId' => 'r', 'localClientDatabases' => $canary[0] ] ) );
$provoke( 'a notification', static fn () => Notification::decode( 'rubbish' ) );
$provoke( 'a later notification', static fn () => Notification::decode( '{"v":3}' ) );
$provoke( 'a client', static fn () => run( $make()->client( 'nowiki' ) ) );
$provoke( 'a position', static function () use ( $make ) {
	run( $make()->trigger() );
	$make()->seek( 'enwiki', 0, 1_000_000 );
} );

// What the database does.
$provoke( 'a wrong password', static fn () => $make( [ 'password' => $wrong ] )->horizon() );
$provoke( 'a wrong user', static fn () => $make( [ 'user' => 'nobody' ] )->horizon() );
$provoke( 'a user without rights', static fn () => $make( [ 'user' => 'guest' ] )->horizon() );
$provoke( 'no such database', static fn () => $make( [ 'database' => 'nowhere' ] )->horizon() );
$provoke( 'no such tables', static fn () => $make( [ 'prefix' => 'other_' ] )->horizon() );
$provoke( 'nobody listens', static fn () => $over( [ 'socket' => '/nowhere/socket' ] )()->horizon() );
$provoke( 'nobody listens there', static fn () => $over( [ 'host' => '127.0.0.1', 'port' => 1 ] )()->horizon() );
$provoke( 'no such host', static fn () => $over( [ 'host' => 'no-such-host.invalid', 'connectTimeout' => 2000 ] )()->horizon() );
$provoke( 'no TLS', static fn () => $make( [ 'tls' => true ] )->horizon() );
$provoke( 'no such certificate', static fn () => $make( [ 'tls' => [ 'ca' => '/nowhere/ca.pem' ] ] )->horizon() );
$provoke( 'no such replica', static function () use ( $make, $wrong, $repo ) {
	$make( [ 'replicas' => [ [ 'socket' => $repo->socket(), 'user' => 'nobody', 'password' => $wrong ] ], 'prefix' => 'x_' ] )->lag();
} );
$repo->change( 'Q1' );
$job = new Steps( $make()->client( 'enwiki' ) );
$job->until( 'notify' );
$provoke( 'a claim', static fn () => $make()->seek( 'enwiki', 1, 0 ) );
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = 'stolen'" );
$provoke( 'a lost claim', static fn () => $job->end() );
$repo->sql->exec( 'UPDATE wb_changes_dispatch SET chd_lock = NULL' );
$job = new Steps( $make()->client( 'enwiki' ) );
$job->until( 'notify' );
unset( $job );
$provoke( 'a rest', static fn () => run( $make()->client( 'enwiki' ) ) );
$repo->sql->exec( 'UPDATE wb_changes_dispatch SET chd_lock = NULL' );
$repo->sql->exec( 'SET GLOBAL read_only = 1' );
$provoke( 'a read-only server', static fn () => run( $make()->client( 'enwiki' ) ) );
$repo->sql->exec( 'SET GLOBAL read_only = 0' );
$repo->sql->exec( 'BEGIN' );
$repo->sql->exec( 'UPDATE wb_changes_dispatch SET chd_touched = chd_touched, chd_seen = 0, chd_db = "x"' );
// The server waits for a second for the row, and says so: not every server gives up a write by itself before that.
$provoke( 'a busy row', static fn () => run( $make( [ 'timeout' => 3000 ] )->client( 'enwiki' ) ) );
$repo->sql->exec( 'ROLLBACK' );
$repo->sql->exec( "CREATE TRIGGER refuse BEFORE UPDATE ON wb_changes_dispatch FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'" );
$provoke( 'a statement that fails', static fn () => run( $make()->client( 'enwiki' ) ) );
$repo->sql->exec( 'DROP TRIGGER refuse' );

// What the lock server does.
$redis = new RedisProcess( $ofRedis );
$locks = [ 'driver' => 'redis', 'servers' => [ $redis->socket ], 'password' => $ofRedis ];
$provoke( 'a wrong lock password', static fn () => run( $make( [], [ 'password' => $wrong ] + $locks )->client( 'enwiki' ) ) );
$provoke( 'no lock password', static fn () => run( $make( [], [ 'password' => null ] + $locks )->client( 'enwiki' ) ) );
$job = new Steps( $make( [], $locks )->client( 'enwiki' ) );
$job->until( 'notify' );
$job->answer( 'thrown' );
unset( $job );
$repo->sql->exec( 'UPDATE wb_changes_dispatch SET chd_lock = NULL' );
$redis->stop();
$provoke( 'no lock server', static fn () => run( $make( [], $locks )->client( 'enwiki' ) ) );
$open = new RedisProcess( '' );
$provoke( 'a lock password that nobody wants',
	static fn () => run( $make( [], [ 'servers' => [ $open->socket ] ] + $locks )->client( 'enwiki' ) ) );
$open->stop();

// What an object shows of itself.
$dispatcher = $make( [], $locks );
$dispatcher->horizon();
foreach ( [
	'var_dump' => static fn () => var_dump( $dispatcher ),
	'print_r' => static fn () => print_r( $dispatcher ),
	'var_export' => static fn () => var_export( $dispatcher ),
	'array' => static fn () => print_r( (array)$dispatcher ),
	'debug_zval_refcount' => static fn () => debug_zval_refcount( $dispatcher ),
	'serialize' => static fn () => print( serialize( $dispatcher ) ),
	'json_encode' => static fn () => print( json_encode( $dispatcher ) ),
	'reflection' => static fn () => print( new ReflectionObject( $dispatcher ) ),
	'phpinfo' => static fn () => phpinfo(),
	'states' => static fn () => var_dump( $dispatcher->dispatchStates(), $dispatcher->lag() ),
] as $how => $print ) {
	$text = $printed( $print );
	$search( $how, $text );
	if ( $text === '' ) {
		echo "$how: nothing was printed\n";
	}
}

// What nobody catches: on the screen, and in the log.
$script = <<<'END'
	$password = trim( fgets( STDIN ) );
	$settings = new WikibaseDispatch\Settings( [ 'repoSiteId' => 'r', 'localClientDatabases' => [] ] );
	new WikibaseDispatch\Dispatcher( [ 'driver' => 'mysql', 'password' => $password ], $settings );
	END;
$log = tempnam( sys_get_temp_dir(), 'wbd' );
// The module that this very process has loaded.
preg_match( '~\S*/(lib)?wikibase_dispatch\.so~', file_get_contents( '/proc/self/maps' ), $module );
$command = [ PHP_BINARY, '-n' ];
foreach ( [ "extension=$module[0]", 'zend.exception_ignore_args=0', 'zend.exception_string_param_max_len=1000000', 'display_errors=stdout',
	'log_errors=1', "error_log=$log" ] as $setting ) {
	array_push( $command, '-d', $setting );
}
$process = proc_open( [ ...$command, '-r', $script ], [ [ 'pipe', 'r' ], [ 'pipe', 'w' ], [ 'pipe', 'w' ] ], $pipes );
fwrite( $pipes[0], "$canary\n" );
fclose( $pipes[0] );
$output = stream_get_contents( $pipes[1] ) . stream_get_contents( $pipes[2] );
proc_close( $process );
foreach ( [ 'screen' => $output, 'log' => file_get_contents( $log ) ] as $where => $text ) {
	$search( $where, $text );
	if ( !str_contains( $text, 'InvalidConnectionException' ) || !str_contains( $text, 'Dispatcher->__construct()' ) ) {
		echo "$where: no such exception in $text\n";
	}
}
unlink( $log );

// Every class there is was provoked, but for the one that takes two servers: tests/core/horizon/splitting_proxy.rs has that.
$thrown[WikibaseDispatch\SplitConnectionException::class] = true;
foreach ( get_declared_classes() as $class ) {
	if ( is_subclass_of( $class, DispatchException::class ) && !isset( $thrown[$class] ) ) {
		echo "$class was not provoked\n";
	}
}
// And the search finds what is there.
$before = count( $found );
$search( 'the search itself', print_r( [ $canary ], true ) );
echo count( $found ) - $before, " found where it is\n";
echo $before === 0 ? "none found elsewhere\n" : implode( "\n", $found ) . "\n";
?>
--EXPECT--
1 found where it is
none found elsewhere
