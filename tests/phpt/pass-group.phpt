--TEST--
A trigger serves who is due in groups: read once, claimed and recorded together; what was not pushed is not recorded
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo();
$clients = [ 'dewiki', 'enwiki', 'frwiki', 'idlewiki', 'svwiki' ];
foreach ( array_diff( $clients, [ 'idlewiki' ] ) as $client ) {
	$repo->subscribe( $client, 'Q1' );
}
$repo->change( 'Q1' );
$repo->change( 'Q2', 'not json' );
$repo->change( 'Q1' );
$dispatcher = $repo->dispatcher( [ 'localClientDatabases' => $clients, 'dispatchDefaultBatchSize' => 1 ] );

function states( Repo $repo, array $clients ): string {
	return json_encode( array_map(
		fn ( string $client ) => [ $client, $repo->row( $client )['chd_seen'], substr( (string)$repo->row( $client )['chd_lock'], 0, 4 ) ],
		$clients
	) );
}

$outcome = $dispatcher->trigger();
echo json_encode( [ $outcome->fastForwarded(), $outcome->waitingClients(), $outcome->badChanges(), $outcome->waitsForClaim() ] ), "\n";

echo "One is pushed, one is abandoned, the others are not tried\n";
$group = $outcome->beginPasses();
$passes = $group->passes();
usort( $passes, fn ( $a, $b ) => $a->siteId() <=> $b->siteId() );
echo json_encode( array_map( fn ( $pass ) => [ $pass->siteId(), $pass->changeCount(), $pass->end() ], $passes ) ), "\n";
echo $outcome->waitingClients(), " wait\n";
failure( fn () => $dispatcher->beginPass( 'dewiki' ) );
$passes[1]->abandon();
echo json_encode( $group->finish( [ 'dewiki', 'nowiki' ] ) ), "\n";
echo states( $repo, $clients ), "\n";

echo "Who is still behind waits again; who was left out is another trigger's\n";
$group = $outcome->beginPasses();
echo json_encode( array_map( fn ( $pass ) => [ $pass->siteId(), $pass->seen(), $pass->end() ], $group->passes() ) ), "\n";

echo "A claim that was lost is named, and a group that is dropped abandons what is left\n";
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = 'stolen' WHERE chd_site = 'dewiki'" );
echo json_encode( $group->finish( [ 'dewiki' ] ) ), "\n";
$group = $dispatcher->trigger()->beginPasses();
unset( $group, $passes );
echo states( $repo, $clients ), "\n";
?>
--EXPECT--
[1,4,[{"id":2,"reason":"change_info is not as expected: expected ident at line 1 column 2"}],false]
One is pushed, one is abandoned, the others are not tried
[["dewiki",1,2],["enwiki",1,2],["frwiki",1,2],["svwiki",1,2]]
0 wait
WikibaseDispatch\ClientClaimedException 1103 retryable: cannot begin a pass for dewiki: somebody else holds its claim, for N s at most
[]
[["dewiki",2,""],["enwiki",0,"wd1r"],["frwiki",0,""],["idlewiki",3,""],["svwiki",0,""]]
Who is still behind waits again; who was left out is another trigger's
[["dewiki",2,3]]
A claim that was lost is named, and a group that is dropped abandons what is left
["dewiki"]
[["dewiki",2,"wd1r"],["enwiki",0,"wd1r"],["frwiki",0,"wd1r"],["idlewiki",3,""],["svwiki",0,"wd1r"]]
