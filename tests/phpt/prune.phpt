--TEST--
A prune deletes what every client has seen and is old enough, and says what it did
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

function show( WikibaseDispatch\PruneOutcome $outcome ): void {
	echo json_encode( [
		$outcome->deleted(), $outcome->isMoreLeft(), $outcome->cutoff(), $outcome->uninitialised(), $outcome->unconfigured(),
	] ), "\n";
}

var_dump( $dispatcher->pruneIsDue() );
show( $dispatcher->prune() );
var_dump( $dispatcher->trigger()->pruneIsDue(), $dispatcher->pruneIsDue() );
$repo->sql->exec( "INSERT INTO wb_changes_dispatch VALUES ('gonewiki', 'gone', 1, '20200101000000', NULL, 0)" );
show( $dispatcher->prune() );
show( $repo->dispatcher()->prune() );
failure( fn () => new WikibaseDispatch\PruneOutcome() );
?>
--EXPECT--
bool(true)
[0,false,0,["enwiki"],[]]
bool(false)
bool(false)
[2,false,2,[],[{"siteId":"gonewiki","seen":1,"holdsBack":false}]]
[0,false,2,[],[{"siteId":"gonewiki","seen":1,"holdsBack":false}]]
Error 0: Call to private WikibaseDispatch\PruneOutcome::__construct() from global scope
