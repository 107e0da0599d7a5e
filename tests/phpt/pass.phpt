--TEST--
A trigger and a pass, from end to end; a bad change is reported and delivered
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo( 'wb_' );
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );
$repo->change( 'Q2' );
$repo->change( 'Q1', 'not json' );
$repo->change( 'Q3', json_encode( [ 'compactDiff' => '{"siteLinkChanges":{"enwiki":[null,"Berlin",false]}}' ] ) );
$dispatcher = $repo->dispatcher( [
	'localClientDatabases' => [ 'enwiki' => 'en-wb_', 'dewiki' => 'dewiki' ],
	'notificationBatchSize' => 2
] );

$outcome = $dispatcher->trigger();
echo json_encode( [
	$outcome->horizon(), $outcome->initialised(), $outcome->fastForwarded(), $outcome->clients(), $outcome->successorDelay()
] ), "\n";
echo json_encode( [ $dispatcher->horizon(), $dispatcher->selectLagged(), $dispatcher->fastForward() ] ), "\n";

$pass = $dispatcher->beginPass( 'enwiki' );
echo json_encode( [ $pass->siteId(), $pass->domain(), $pass->seen(), $pass->end(), $pass->changeCount(), $pass->changeIds() ] ), "\n";
foreach ( $pass->notifications() as $job ) {
	echo $job['type'], ' ', json_encode( $job['params'], JSON_UNESCAPED_SLASHES ), "\n";
}
echo json_encode( $pass->badChanges() ), "\n";
failure( fn () => $dispatcher->beginPass( 'enwiki' ) );
foreach ( $dispatcher->dispatchStates() as $state ) {
	echo json_encode( [ $state->siteId(), $state->domain(), $state->seen(), $state->pending(), $state->touched() !== null,
		$state->isClaimed(), $state->isResting(), $state->failures(), $state->isDisabled() ] ), "\n";
}
var_dump( $pass->finish() );
echo json_encode( $repo->row( 'enwiki' ) ), "\n";
var_dump( $dispatcher->beginPass( 'enwiki' ) );
failure( fn () => $pass->finish() );
failure( fn () => $dispatcher->beginPass( 'nowiki' ) );
?>
--EXPECT--
[4,["dewiki","enwiki"],1,["enwiki"],1]
[4,["enwiki"],0]
["enwiki","en-wb_",0,4,3,[1,3,4]]
DispatchNotification {"repo":"repowiki","changes":"{\"v\":1,\"repo\":\"repowiki\",\"changes\":[{\"id\":1,\"type\":\"wikibase-item~update\",\"time\":\"20260131235959\",\"entity\":\"Q1\",\"revision\":8,\"user\":5,\"info\":{\"metadata\":{\"bot\":0}}},{\"id\":3,\"type\":\"wikibase-item~update\",\"time\":\"20260131235959\",\"entity\":\"Q1\",\"revision\":8,\"user\":5,\"badInfo\":\"not json\"}]}"}
DispatchNotification {"repo":"repowiki","changes":"{\"v\":1,\"repo\":\"repowiki\",\"changes\":[{\"id\":4,\"type\":\"wikibase-item~update\",\"time\":\"20260131235959\",\"entity\":\"Q3\",\"revision\":8,\"user\":5,\"info\":{\"compactDiff\":\"{\\\"siteLinkChanges\\\":{\\\"enwiki\\\":[null,\\\"Berlin\\\",false]}}\"}}]}"}
[{"id":3,"reason":"change_info is not as expected: expected ident at line 1 column 2"}]
WikibaseDispatch\ClientClaimedException 1103 retryable: cannot begin a pass for enwiki: somebody else holds its claim, for N s at most
["dewiki","dewiki",4,0,true,false,false,0,false]
["enwiki","en-wb_",0,4,false,true,false,0,false]
NULL
{"chd_seen":4,"chd_lock":null}
NULL
WikibaseDispatch\ClaimLostException 1102 retryable: cannot finish the pass for enwiki: it is over, or another process's
WikibaseDispatch\UnknownClientException 1101 final: "nowiki" is not among the configured clients (localClientDatabases)
