--TEST--
A child that does nothing keeps neither the connections nor the named lock of its dead parent alive (G11, G12)
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
$repo->sql = null;
$note = tempnam( sys_get_temp_dir(), 'wbd' );

$parent = pcntl_fork();
if ( $parent === 0 ) {
	$dispatcher = $repo->dispatcher();
	$job = new Steps( $dispatcher->client( 'enwiki' ) );
	$job->until( 'notify' );
	$child = pcntl_fork();
	if ( $child === 0 ) {
		sleep( 60 );
		posix_kill( getmypid(), SIGKILL );
	}
	file_put_contents( $note, $child );
	sleep( 60 );
	posix_kill( getmypid(), SIGKILL );
}
within( 20, static function () use ( $note ) {
	return filesize( $note ) || clearstatcache();
} );
$child = (int)file_get_contents( $note );
unlink( $note );
$repo->sql = $repo->connect( 'repo' );
echo 'the pass is under the lock: ', $repo->isLockFree( 'enwiki' ) ? 'no' : 'yes', "\n";
echo 'sessions of the parent: ', $repo->sessions(), "\n";
posix_kill( $parent, SIGKILL );
pcntl_waitpid( $parent, $status );
echo 'the lock is free soon: ', within( 5, static fn () => $repo->isLockFree( 'enwiki' ) ), "\n";
echo 'no session is left: ', within( 5, static fn () => $repo->sessions() === 0 ), "\n";
echo 'the child lives: ', posix_kill( $child, 0 ) ? 'yes' : 'no', "\n";
posix_kill( $child, SIGKILL );
?>
--EXPECT--
the pass is under the lock: yes
sessions of the parent: 2
the lock is free soon: yes
no session is left: yes
the child lives: yes
