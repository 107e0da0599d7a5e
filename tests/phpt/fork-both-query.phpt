--TEST--
Parent and child query at the same time, each on its own connections, and both get what is right (G12)
--EXTENSIONS--
pdo
mysqlnd
pdo_mysql
pcntl
posix
--FILE--
<?php
require __DIR__ . '/mariadb.inc';
$repo = new MariaRepo();
$clients = [];
foreach ( range( 1, 9 ) as $i ) {
	$clients[] = "client{$i}wiki";
	$repo->subscribe( "client{$i}wiki", 'Q1' );
}
foreach ( range( 1, 40 ) as $i ) {
	$repo->change( 'Q1' );
}
$repo->sql = null;
$dispatcher = $repo->dispatcher( [ 'localClientDatabases' => $clients, 'dispatchDefaultBatchSize' => 1 ] );
$dispatcher->trigger();
$mine = $dispatcher->beginPass( 'client9wiki' );

/** Passes for the clients of one process, and how many answers were wrong. */
function work( WikibaseDispatch\Dispatcher $dispatcher, array $clients ): int {
	$wrong = 0;
	foreach ( range( 1, 30 ) as $round ) {
		foreach ( $clients as $client ) {
			$pass = $dispatcher->beginPass( $client );
			$wrong += (int)( $pass->siteId() !== $client || $pass->seen() !== $round - 1 || $pass->end() !== $round );
			$wrong += (int)( $dispatcher->horizon() !== 40 );
			$wrong += (int)( count( $dispatcher->dispatchStates() ) !== 9 );
			$pass->finish();
		}
	}
	return $wrong;
}

$child = pcntl_fork();
if ( $child === 0 ) {
	$wrong = work( $dispatcher, array_slice( $clients, 0, 4 ) );
	failure( fn () => $mine->finish() );
	exit( $wrong );
}
$wrong = work( $dispatcher, array_slice( $clients, 4, 4 ) );
pcntl_waitpid( $child, $status );
echo "wrong answers in the parent: $wrong\n";
echo 'wrong answers in the child: ', pcntl_wexitstatus( $status ), "\n";
$repo->sql = $repo->connect( 'repo' );
echo 'the parent has its sessions and its lock: ', $repo->sessions(), ', ',
	$repo->isLockFree( 'client9wiki' ) ? 'no' : 'yes', "\n";
var_dump( $mine->finish(), $repo->isLockFree( 'client9wiki' ) );
unset( $dispatcher, $mine );
echo 'no session in the end: ', within( 5, static fn () => $repo->sessions() === 0 ), "\n";
?>
--EXPECT--
WikibaseDispatch\ClaimLostException 1102 retryable: cannot finish the pass for client9wiki: it is over, or another process's
wrong answers in the parent: 0
wrong answers in the child: 0
the parent has its sessions and its lock: 2, yes
int(0)
bool(true)
no session in the end: yes
