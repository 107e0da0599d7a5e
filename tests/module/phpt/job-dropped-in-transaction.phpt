--TEST--
A process that ends in the middle of a job and of a write transaction of its own does not hang
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo();
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );
$dispatcher = $repo->dispatcher();
$job = new Steps( $dispatcher->client( 'enwiki' ) );
$job->until( 'notify' );
$repo->sql->exec( 'BEGIN IMMEDIATE' );
$start = hrtime( true );
unset( $job );
echo hrtime( true ) - $start < 5e9 ? "at once\n" : "after a long wait\n";
$repo->sql->exec( 'ROLLBACK' );
echo 'the claim stays until it expires: ', substr( $repo->row( 'enwiki' )['chd_lock'], 0, 5 ), "\n";
?>
--EXPECT--
at once
the claim stays until it expires: wd1c:
