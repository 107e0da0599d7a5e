--TEST--
The job of one client, from end to end: what it asks for, what it tells, and what is recorded when
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo( 'wb_' );
// Of an earlier version, so that it can be read here.
$repo->mark( 'enwiki', 'native,entity-change,change-ids' );
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );
$repo->change( 'Q2' );
$repo->change( 'Q1', 'not json' );
$repo->change( 'Q3', json_encode( [ 'compactDiff' => '{"siteLinkChanges":{"enwiki":[null,"Berlin",false]}}' ] ) );
$dispatcher = $repo->dispatcher( [
	'localClientDatabases' => [ 'enwiki' => 'en-wb_', 'dewiki' => 'dewiki' ],
	'notificationBatchSize' => 2, 'dispatchStrategy' => 'jobs',
] );
run( $dispatcher->trigger() );

$steps = new Steps( $dispatcher->client( 'enwiki' ) );
$asked = $steps->until( 'notify' );
echo json_encode( array_diff_key( $asked, [ 'jobs' => true ] ) ), "\n";
foreach ( $asked['jobs'] as $job ) {
	echo $job['type'], ' ', json_encode( $job['params'], JSON_UNESCAPED_SLASHES ), "\n";
}
failure( fn () => $dispatcher->seek( 'enwiki', 0, 4 ) );
foreach ( $dispatcher->dispatchStates() as $state ) {
	echo json_encode( [ $state->siteId(), $state->domain(), $state->seen(), $state->pending(), $state->touched() !== null,
		$state->isClaimed(), $state->isResting(), $state->failures(), $state->isDisabled() ] ), "\n";
}
$steps->until( 'commit' );
echo 'seen before the commit: ', $repo->row( 'enwiki' )['chd_seen'], "\n";
$steps->end();
echo json_encode( $repo->row( 'enwiki' ) ), "\n";
echo implode( "\n", array_map( 'json_encode', $steps->events ) ), "\n";
echo implode( ', ', $steps->done ), "\n";
echo 'whoever goes on with a job that has ended hears so: ', json_encode( $steps->answer( 'done' )->until( 'push' ) ), "\n";

echo 'nothing is left to do: ', json_encode( run( $dispatcher->client( 'enwiki' ) )->done ), "\n";
failure( fn () => run( $dispatcher->client( 'nowiki' ) ) );
failure( fn () => $dispatcher->client( 'enwiki' )->next( 'well' ) );
failure( fn () => $dispatcher->client( 'enwiki' )->raise( 0 ) );
failure( fn () => new WikibaseDispatch\Job() );
?>
--EXPECT--
{"client":"enwiki","domain":"en-wb_","isRepeat":false,"action":"notify"}
DispatchNotification {"repo":"repowiki","changes":"{\"v\":1,\"repo\":\"repowiki\",\"changes\":[{\"id\":1,\"type\":\"wikibase-item~update\",\"time\":\"20260131235959\",\"entity\":\"Q1\",\"revision\":8,\"user\":5,\"info\":{\"metadata\":{\"bot\":0}}},{\"id\":3,\"type\":\"wikibase-item~update\",\"time\":\"20260131235959\",\"entity\":\"Q1\",\"revision\":8,\"user\":5,\"badInfo\":\"not json\"}]}"}
DispatchNotification {"repo":"repowiki","changes":"{\"v\":1,\"repo\":\"repowiki\",\"changes\":[{\"id\":4,\"type\":\"wikibase-item~update\",\"time\":\"20260131235959\",\"entity\":\"Q3\",\"revision\":8,\"user\":5,\"info\":{\"compactDiff\":\"{\\\"siteLinkChanges\\\":{\\\"enwiki\\\":[null,\\\"Berlin\\\",false]}}\"}}]}"}
WikibaseDispatch\ClientClaimedException 1103 retryable: cannot set enwiki to position 4: another process holds its claim, for N s at most
["dewiki","dewiki",4,0,true,false,false,0,false]
["enwiki","en-wb_",0,4,false,true,false,0,false]
seen before the commit: 0
{"chd_seen":4,"chd_lock":null}
{"client":"enwiki","badChanges":[{"id":3,"reason":"change_info is not as expected: expected ident at line 1 column 2"}],"event":"bad-changes"}
{"client":"enwiki","changes":3,"notifications":2,"seen":0,"end":4,"isRepeat":false,"event":"pass-finished"}
notify enwiki, commit, commit
whoever goes on with a job that has ended hears so: null
nothing is left to do: ["commit"]
WikibaseDispatch\UnknownClientException 1101 final: "nowiki" is not among the configured clients (localClientDatabases)
ValueError 0: the answer is done, stop, refused, thrown, too-large or perhaps-too-large
ValueError 0: there is no such failure
Error 0: Call to private WikibaseDispatch\Job::__construct() from global scope
