--TEST--
Parent and child run jobs at the same time, each on its own connections, and both get what is right (G12)
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
$dispatcher = $repo->dispatcher( [
	'localClientDatabases' => $clients, 'dispatchDefaultBatchSize' => 1, 'dispatchStrategy' => 'jobs',
	'notificationFormat' => 'change-ids',
] );
run( $dispatcher->trigger() );
$mine = new Steps( $dispatcher->client( 'client9wiki' ) );
$mine->until( 'notify' );

/** The jobs of some clients, which take turns, and how many answers were wrong. */
function work( WikibaseDispatch\Dispatcher $dispatcher, array $clients ): int {
	$wrong = 0;
	$jobs = array_map( fn ( string $client ) => new Steps( $dispatcher->client( $client ) ), $clients );
	foreach ( range( 1, 30 ) as $round ) {
		foreach ( $jobs as $at => $job ) {
			$asked = $job->until( 'notify' );
			$wrong += (int)( $asked['client'] !== $clients[$at] || $asked['jobs'][0]['params']['changeIds'] !== [ $round ] );
			$wrong += (int)( $dispatcher->horizon() !== 40 );
			$wrong += (int)( count( $dispatcher->dispatchStates() ) !== 9 );
		}
	}
	return $wrong;
}

$child = pcntl_fork();
if ( $child === 0 ) {
	$wrong = work( $dispatcher, array_slice( $clients, 0, 4 ) );
	failure( fn () => $mine->end() );
	exit( $wrong );
}
$wrong = work( $dispatcher, array_slice( $clients, 4, 4 ) );
pcntl_waitpid( $child, $status );
echo "wrong answers in the parent: $wrong\n";
echo 'wrong answers in the child: ', pcntl_wexitstatus( $status ), "\n";
$repo->sql = $repo->connect( 'repo' );
echo 'the parent has its sessions and its lock: ', $repo->sessions(), ', ',
	$repo->isLockFree( 'client9wiki' ) ? 'no' : 'yes', "\n";
$mine->end();
var_dump( $mine->told( 'pass-finished', 'end' ), $repo->isLockFree( 'client9wiki' ) );
unset( $dispatcher, $mine );
echo 'no session in the end: ', within( 5, static fn () => $repo->sessions() === 0 ), "\n";
?>
--EXPECT--
WikibaseDispatch\ClaimLostException 1102 retryable: cannot go on with a job of another process
wrong answers in the parent: 0
wrong answers in the child: 0
the parent has its sessions and its lock: 2, yes
int(40)
bool(true)
no session in the end: yes
