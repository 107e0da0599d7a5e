--TEST--
A forked child opens its own connection, cannot go on with its parent's job, and leaves both alone when it ends (G12)
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
$job = new Steps( $dispatcher->client( 'enwiki' ) );
$job->until( 'notify' );

$child = pcntl_fork();
if ( $child === 0 ) {
	failure( fn () => $job->end() );
	echo 'the child reads horizon ', $dispatcher->horizon(), "\n";
	exit( 0 );
}
pcntl_waitpid( $child, $status );
echo 'the claim still stands: ', substr( $repo->row( 'enwiki' )['chd_lock'], 0, 5 ), "\n";
$job->end();
echo 'seen: ', $repo->row( 'enwiki' )['chd_seen'], "\n";
?>
--EXPECT--
WikibaseDispatch\ClaimLostException 1102 retryable: cannot go on with a job of another process
the child reads horizon 1
the claim still stands: wd1c:
seen: 1
