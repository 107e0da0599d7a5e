--TEST--
After a panic in any method of a dispatcher, or in any of its jobs, no connection is used again that was open then (G12)
--EXTENSIONS--
pdo
mysqlnd
pdo_mysql
posix
--CAPTURE_STDIO--
STDIN STDOUT
--FILE--
<?php
require dirname( __DIR__ ) . '/phpt/mariadb.inc';

use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\Job;

$repo = new MariaRepo();
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );

/** Numbers of the sessions that native code has. */
function sessions( MariaRepo $repo ): array {
	return $repo->sql->query( "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'runner'" )->fetchAll( PDO::FETCH_COLUMN );
}

foreach ( ( new ReflectionClass( Dispatcher::class ) )->getMethods() as $method ) {
	if ( $method->isConstructor() ) {
		continue;
	}
	$arguments = array_map( static fn ( ReflectionParameter $parameter ) => match ( $parameter->getType()->getName() ) {
		'string' => 'enwiki',
		'int' => 0,
		'array' => [],
	}, $method->getParameters() );
	$call = static function ( Dispatcher $dispatcher ) use ( $method, $arguments ): void {
		$answer = $method->invokeArgs( $dispatcher, $arguments );
		$answer instanceof Job && run( $answer );
	};
	$dispatcher = $repo->dispatcher();
	$dispatcher->horizon();
	$before = sessions( $repo );
	putenv( 'WIKIBASE_DISPATCH_PANIC_AT=call' );
	try {
		$call( $dispatcher );
		$thrown = 'nothing was thrown';
	} catch ( Error $e ) {
		$thrown = $e->getMessage();
	}
	putenv( 'WIKIBASE_DISPATCH_PANIC_AT' );
	$call( $dispatcher );
	$dispatcher->horizon();
	$after = sessions( $repo );
	echo $method->getName(), ": $thrown; ", match ( true ) {
		$before === [] || $after === [] => 'no session',
		array_intersect( $before, $after ) !== [] => 'A SESSION WAS USED AGAIN',
		default => 'others are open',
	}, "\n";
	// The trace of what was thrown holds the dispatcher, too.
	unset( $dispatcher, $e );
	within( 5, static fn () => sessions( $repo ) === [] );
}
?>
--EXPECT--
trigger: Rust panic: provoked at call; others are open
client: Rust panic: provoked at call; others are open
prune: Rust panic: provoked at call; others are open
lookOut: Rust panic: provoked at call; others are open
catchUp: Rust panic: provoked at call; others are open
wikibase: Rust panic: provoked at call; others are open
horizon: Rust panic: provoked at call; others are open
dispatchStates: Rust panic: provoked at call; others are open
lag: Rust panic: provoked at call; others are open
status: Rust panic: provoked at call; others are open
seek: Rust panic: provoked at call; others are open
disable: Rust panic: provoked at call; others are open
enable: Rust panic: provoked at call; others are open
wake: Rust panic: provoked at call; others are open
takeUp: Rust panic: provoked at call; others are open
setAside: Rust panic: provoked at call; others are open
relevance: Rust panic: provoked at call; others are open
heldLock: Rust panic: provoked at call; others are open
audience: Rust panic: provoked at call; others are open
