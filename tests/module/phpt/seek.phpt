--TEST--
A client is set to another place, what lies between is counted, and a change says who must hear of it
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';

$repo = new Repo();
$dispatcher = $repo->dispatcher( [ 'localClientDatabases' => [ 'dewiki', 'enwiki' ] ] );
run( $dispatcher->trigger() );
$repo->subscribe( 'enwiki', 'Q1' );
$repo->subscribe( 'nowiki', 'Q1' );
$repo->change( 'Q1', '{"compactDiff":"{\"siteLinkChanges\":{\"dewiki\":[null,\"Berlin\",false]}}"}' );
$repo->change( 'Q2' );
$repo->change( 'Q1', 'rubbish' );

$found = $dispatcher->relevance( 'enwiki', 0, 3 );
echo "{$found->relevant()} of {$found->changes()}\n";
var_dump( $dispatcher->seek( 'enwiki', 1, 2 ), $dispatcher->seek( 'enwiki', 0, 2 ) );
echo $repo->row( 'enwiki' )['chd_seen'], "\n";
failure( fn () => $dispatcher->seek( 'enwiki', 2, 4 ) );
failure( fn () => $dispatcher->seek( 'nowiki', 0, 1 ) );
$job = new Steps( $dispatcher->client( 'enwiki' ) );
$job->until( 'notify' );
failure( fn () => $dispatcher->seek( 'enwiki', 2, 0 ) );
$job->end();

$audience = $dispatcher->audience( 1 );
echo "{$audience->changeId()} {$audience->changeType()} {$audience->time()} {$audience->entityId()} {$audience->revisionId()}\n";
foreach ( $audience->listeners() as $listener ) {
	echo json_encode( [ $listener->siteId(), $listener->isSubscribed(), $listener->isLinked(), $listener->seen(), $listener->isDisabled() ] ), "\n";
}
echo json_encode( $audience->strangers() ), "\n";
var_dump( $audience->whyBad() );
echo $dispatcher->audience( 3 )->whyBad(), "\n";
var_dump( $dispatcher->audience( 4 ) );
foreach ( [ 'ChangeAudience', 'Listener', 'Relevance' ] as $class ) {
	failure( fn () => new ( "WikibaseDispatch\\$class" )() );
}
?>
--EXPECTF--
2 of 3
bool(false)
bool(true)
2
WikibaseDispatch\BeyondHorizonException 1105 retryable: cannot set enwiki to position 4: no change behind 3 is settled yet
WikibaseDispatch\UnknownClientException 1101 final: "nowiki" is not among the configured clients (localClientDatabases)
WikibaseDispatch\ClientClaimedException 1103 retryable: cannot set enwiki to position 0: another process holds its claim, for N s at most
1 wikibase-item~update 20260131235959 Q1 8
["dewiki",false,true,0,false]
["enwiki",true,false,3,false]
["nowiki"]
NULL
%s
NULL
Error 0: Call to private WikibaseDispatch\ChangeAudience::__construct() from global scope
Error 0: Call to private WikibaseDispatch\Listener::__construct() from global scope
Error 0: Call to private WikibaseDispatch\Relevance::__construct() from global scope
