--TEST--
A signal handler runs soon although a call waits: for a lock of the database, for a gap (G12)
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
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );
$dispatcher = $repo->dispatcher( [ 'gapGrace' => 30, 'dispatchStrategy' => 'jobs' ] );
run( $dispatcher->trigger() );
pcntl_async_signals( true );

/** A signal is sent while something waits; tells how long it took until it was handled, and how long the whole took. */
function signalled( int $signal, callable $wait ): void {
	$handled = null;
	$clock = tempnam( sys_get_temp_dir(), 'wbd' );
	pcntl_signal( $signal, static function () use ( &$handled ) {
		$handled ??= microtime( true );
	} );
	exec( "(sleep 1; date +%s.%N >$clock; kill -$signal " . getmypid() . ') >/dev/null 2>&1 </dev/null &' );
	$wait();
	$ended = microtime( true );
	// PHP looks for signals between two instructions, but not between any two.
	while ( $handled === null && microtime( true ) < $ended + 2 );
	$sent = (float)file_get_contents( $clock );
	unlink( $clock );
	$took = $ended - $sent;
	$late = $handled === null ? null : $handled - $sent;
	echo 'handled within half a second: ', $late !== null && $late > 0 && $late < 0.6 ? 'yes' : "no ($late of $took)", "\n";
}

$other = $repo->connect( 'repo' );
$other->beginTransaction();
$other->exec( 'UPDATE wb_changes_dispatch SET chd_touched = "20260101000000"' );
signalled( SIGALRM, fn () => failure( fn () => run( $dispatcher->client( 'enwiki' ) ) ) );
$other->rollBack();

run( $dispatcher->client( 'enwiki' ) );
$other->beginTransaction();
$repo->change( 'Q1', $other );
$repo->change( 'Q1' );
signalled( SIGTERM, static function () use ( $dispatcher ) {
	echo 'left to a successor: ', run( $dispatcher->trigger() )->told( 'triggered', 'waitsForGap' ) ? 'yes' : 'no', "\n";
} );
$other->commit();
echo 'and it goes on: ', run( $dispatcher->client( 'enwiki' ) )->told( 'pass-finished', 'changes' ), " changes\n";
?>
--EXPECTF--
WikibaseDispatch\StoreUnavailableException 1201 retryable: cannot claim %s
handled within half a second: yes
left to a successor: yes
handled within half a second: yes
and it goes on: 2 changes
