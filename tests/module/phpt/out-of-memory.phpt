--TEST--
A job can still be asked, and gives its claim back, after PHP ran out of memory while it was told what is to be done (G12)
--EXTENSIONS--
pdo
pdo_sqlite
pcntl
--FILE--
<?php
require __DIR__ . '/repo.inc';

/** What becomes of the claim when the process ends, whatever it does first. */
function lockAfter( callable $atShutdown ): void {
	$repo = new Repo();
	// Packed, these changes would take no memory to speak of.
	$repo->mark( 'enwiki', 'native' );
	$repo->subscribe( 'enwiki', 'Q1' );
	foreach ( range( 1, 20 ) as $i ) {
		$repo->change( 'Q1', '{"compactDiff":"' . str_repeat( 'x', 400_000 ) . '"}' );
	}
	if ( pcntl_fork() === 0 ) {
		$job = $GLOBALS['job'] = $repo->dispatcher()->client( 'enwiki' );
		register_shutdown_function( static function () use ( $repo, $atShutdown ) {
			echo substr( error_get_last()['message'], 0, 19 ), "\n";
			echo 'claimed: ', substr( $repo->row( 'enwiki' )['chd_lock'], 0, 5 ), "\n";
			$atShutdown();
		} );
		ini_set( 'display_errors', '0' );
		gc_collect_cycles();
		ini_set( 'memory_limit', '4M' );
		$job->next();
		echo "there was memory enough\n";
		exit();
	}
	pcntl_wait( $status );
	echo 'after it ended: ', substr( $repo->row( 'enwiki' )['chd_lock'], 0, 5 ), "\n";
}

lockAfter( static function () {
} );
lockAfter( static function () {
	echo $GLOBALS['job']->next( 'thrown' )['state'], "\n";
} );
?>
--EXPECT--
Allowed memory size
claimed: wd1c:
after it ended: wd1r:
Allowed memory size
claimed: wd1c:
failed
after it ended: wd1r:
