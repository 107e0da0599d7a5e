--TEST--
A pass can still be asked after PHP ran out of memory inside one of its methods (G12)
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo();
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1', '{"compactDiff":"' . str_repeat( 'x', 8_000_000 ) . '"}' );
$dispatcher = $repo->dispatcher();
$dispatcher->trigger();
$pass = $dispatcher->beginPass( 'enwiki' );

register_shutdown_function( static function () use ( $pass ) {
	echo substr( error_get_last()['message'], 0, 19 ), "\n";
	echo 'changes of the pass: ', $pass->changeCount(), "\n";
} );
ini_set( 'display_errors', '0' );
gc_collect_cycles();
ini_set( 'memory_limit', '7M' );
$pass->notifications();
echo "there was memory enough\n";
?>
--EXPECT--
Allowed memory size
changes of the pass: 1
