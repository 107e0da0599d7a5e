--TEST--
The lag of each client, in changes and in seconds, and what the report makes of all
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
use WikibaseDispatch\ClientLag;

$repo = new Repo();
$dispatcher = $repo->dispatcher( [ 'localClientDatabases' => [ 'dewiki', 'enwiki', 'frwiki', 'offwiki', 'svwiki' ] ] );

function show( ?ClientLag $lag ): void {
	echo $lag ? "{$lag->siteId()}: seen {$lag->seen()}, {$lag->pending()} pending, {$lag->seconds()} s" : 'nobody', "\n";
}

$none = $dispatcher->lag();
show( $none->median() );
show( $none->stalest() );
echo json_encode( [ $none->clients(), $none->averageSeconds(), $none->uninitialised() ] ), "\n";

run( $dispatcher->trigger() );
$repo->change( 'Q1' );
$repo->change( 'Q2' );
// Ages as round as the clock allows.
$repo->sql->exec( "UPDATE wb_changes SET change_time = strftime('%Y%m%d%H%M%S', 'now', '-1050 seconds') WHERE change_id = 1" );
$repo->sql->exec( "UPDATE wb_changes SET change_time = strftime('%Y%m%d%H%M%S', 'now', '-50 seconds') WHERE change_id = 2" );
$set = fn ( string $site, string $what ) => $repo->sql->exec( "UPDATE wb_changes_dispatch SET $what WHERE chd_site = '$site'" );
$set( 'enwiki', 'chd_seen = 1' );
$set( 'frwiki', 'chd_seen = 2' );
$set( 'offwiki', 'chd_disabled = 1' );
$repo->sql->exec( "DELETE FROM wb_changes_dispatch WHERE chd_site = 'svwiki'" );
$job = new Steps( $dispatcher->client( 'dewiki' ) );
$job->until( 'commit' );

$lag = $dispatcher->lag();
$rounded = fn ( ClientLag $client ) => [ $client->siteId(), $client->pending(), intdiv( $client->seconds(), 50 ) * 50 ];
echo json_encode( array_map( $rounded, $lag->clients() ) ), "\n";
echo json_encode( [ $rounded( $lag->stalest() ), $rounded( $lag->median() ), $rounded( $lag->freshest() ) ] ), "\n";
echo json_encode( [ $lag->horizon(), $lag->claimed(), $lag->resting(), $lag->disabled(), $lag->uninitialised() ] ), "\n";
echo $lag->averagePending(), ' ', $lag->averageSeconds() >= 1100 / 3 ? 'late' : $lag->averageSeconds(), "\n";
failure( fn () => new WikibaseDispatch\LagReport() );
failure( fn () => new ClientLag() );
?>
--EXPECT--
nobody
nobody
[[],0,5]
[["dewiki",2,1050],["enwiki",1,50],["frwiki",0,0]]
[["dewiki",2,1050],["enwiki",1,50],["frwiki",0,0]]
[2,1,0,1,1]
1 late
Error 0: Call to private WikibaseDispatch\LagReport::__construct() from global scope
Error 0: Call to private WikibaseDispatch\ClientLag::__construct() from global scope
