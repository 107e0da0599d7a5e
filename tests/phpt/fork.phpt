--TEST--
A forked child opens its own connection, cannot finish its parent's pass, and leaves both alone when it ends (G12)
--EXTENSIONS--
pdo
pdo_sqlite
pcntl
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo();
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );
$dispatcher = $repo->dispatcher();
$dispatcher->trigger();
$pass = $dispatcher->beginPass( 'enwiki' );

$child = pcntl_fork();
if ( $child === 0 ) {
	failure( fn () => $pass->finish() );
	echo 'the child reads horizon ', $dispatcher->horizon(), "\n";
	exit( 0 );
}
pcntl_waitpid( $child, $status );
echo 'the claim still stands: ', $repo->row( 'enwiki' )['chd_lock'] !== null ? 'yes' : 'no', "\n";
var_dump( $pass->finish(), $repo->row( 'enwiki' )['chd_seen'] );
?>
--EXPECT--
WikibaseDispatch\ClaimLostException 1102 retryable: cannot finish the pass for enwiki: it is over, or another process's
the child reads horizon 1
the claim still stands: yes
NULL
int(1)
