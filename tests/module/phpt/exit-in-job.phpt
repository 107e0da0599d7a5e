--TEST--
exit(), and a fatal error, in the middle of a job give the claim back (G12)
--EXTENSIONS--
pdo
pdo_sqlite
pcntl
--FILE--
<?php
require __DIR__ . '/repo.inc';

function lockAfter( callable $end ): void {
	$repo = new Repo();
	$repo->subscribe( 'enwiki', 'Q1' );
	$repo->change( 'Q1' );
	if ( pcntl_fork() === 0 ) {
		$GLOBALS['job'] = new Steps( $repo->dispatcher()->client( 'enwiki' ) );
		$GLOBALS['job']->until( 'notify' );
		echo 'claimed: ', substr( $repo->row( 'enwiki' )['chd_lock'], 0, 5 ), "\n";
		$end();
	}
	pcntl_wait( $status );
	echo 'after it ended: ', substr( $repo->row( 'enwiki' )['chd_lock'], 0, 5 ), "\n";
}

lockAfter( fn () => exit( 0 ) );
lockAfter( function () {
	ini_set( 'display_errors', '0' );
	trigger_error( 'fatal', E_USER_ERROR );
} );
?>
--EXPECT--
claimed: wd1c:
after it ended: wd1r:
claimed: wd1c:
after it ended: wd1r:
