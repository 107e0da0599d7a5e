--TEST--
A prune deletes what every client has seen and is old enough, and says what it did; it stops where replicas do not follow
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';

$repo = new Repo();
$repo->change( 'Q1' );
$repo->change( 'Q2' );
$dispatcher = $repo->dispatcher( [ 'pruneGraceSeconds' => 0 ] );

function show( Steps $steps ): void {
	echo json_encode( $steps->told( 'pruned' ) ), ' ', implode( ', ', $steps->done ), "\n";
}

show( run( $dispatcher->prune() ) );
echo 'a trigger: ', implode( ', ', run( $dispatcher->trigger() )->done ), "\n";
$repo->sql->exec( "INSERT INTO wb_changes_dispatch VALUES ('gonewiki', 'gone', 1, '20200101000000', NULL, 0)" );

$steps = new Steps( $dispatcher->prune() );
echo json_encode( $steps->until( 'wait-for-replicas' ) ), "\n";
$steps->answer( 'refused' )->end();
echo json_encode( $steps->told( 'prune-stopped' ) ), ' ', $repo->sql->query( 'SELECT COUNT(*) FROM wb_changes' )->fetchColumn(), "\n";

show( run( $dispatcher->prune() ) );
show( run( $repo->dispatcher()->prune() ) );

$repo->sql->exec( 'DROP TABLE wb_changes' );
failure( fn () => run( $dispatcher->prune() ) );
?>
--EXPECTF--
{"deleted":0,"cutoff":0,"isMoreLeft":false,"uninitialised":["enwiki"],"unconfigured":[],"event":"pruned"} wait-for-replicas
a trigger: commit
{"seconds":5,"action":"wait-for-replicas"}
{"event":"prune-stopped"} 2
{"deleted":2,"cutoff":2,"isMoreLeft":false,"uninitialised":[],"unconfigured":[{"siteId":"gonewiki","seen":1,"holdsBack":false}],"event":"pruned"} wait-for-replicas
{"deleted":0,"cutoff":2,"isMoreLeft":false,"uninitialised":[],"unconfigured":[{"siteId":"gonewiki","seen":1,"holdsBack":false}],"event":"pruned"} wait-for-replicas
WikibaseDispatch\SchemaMissingException 1204 final: cannot compare the ledger with the change buffer: %s has no table wb_changes; run maintenance/update.php, and check the table prefix
