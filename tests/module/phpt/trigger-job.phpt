--TEST--
A trigger serves the due clients in groups: read once, claimed and recorded together; what was not pushed is not recorded
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
$settings = [ 'localClientDatabases' => $clients, 'dispatchDefaultBatchSize' => 1, 'dispatchStrategy' => 'inline' ];

function states( Repo $repo, array $clients ): string {
	return json_encode( array_map(
		fn ( string $client ) => [ $client, $repo->row( $client )['chd_seen'], substr( (string)$repo->row( $client )['chd_lock'], 0, 4 ) ],
		$clients
	) );
}

echo "One queue does not take its push, and one claim is lost\n";
$dispatcher = $repo->dispatcher( $settings );
$steps = new Steps( $dispatcher->trigger() );
$first = $steps->until( 'notify' )['client'];
echo states( $repo, $clients ), "\n";
$failed = $steps->until( 'notify' )['client'];
$steps->answer( 'thrown', 7 );
// It rests for a second, which could end before the trigger does.
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = 'wd1r:' || ( strftime('%s') + 60 ) || ':2:1' WHERE chd_site = '$failed'" );
$lost = $steps->until( 'notify' )['client'];
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = 'stolen' WHERE chd_site = '$lost'" );
$steps->end();
// The successor's delay goes by the clock.
echo json_encode( array_diff_key( $steps->told( 'triggered' ), [ 'successorDelay' => 0 ] ) ), "\n";
echo json_encode( $steps->told( 'bad-changes' ) ), "\n";
echo str_replace( $failed, '(failed)', json_encode( $steps->told( 'pass-failed' ) ) ), "\n";
echo str_replace( $lost, '(lost)', json_encode( $steps->told( 'claim-lost' ) ) ), "\n";
$names = [ $first => '(first)', $failed => '(failed)', $lost => '(lost)' ];
$tell = fn ( string $text ) => strtr( $text, $names + array_fill_keys( $clients, '(other)' ) );
$counts = array_count_values( array_map( $tell, $steps->done ) );
ksort( $counts );
echo json_encode( $counts ), "\n";
echo 'at last: ', $tell( implode( ', ', array_slice( $steps->done, -3 ) ) ), "\n";
foreach ( [ $first, $failed, $lost ] as $client ) {
	echo $tell( states( $repo, [ $client ] ) ), "\n";
}

echo "A trigger that is dropped gives back whatever it has claimed\n";
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = NULL, chd_seen = 0" );
$steps = new Steps( $dispatcher->trigger() );
$steps->until( 'notify' );
echo states( $repo, $clients ), "\n";
unset( $steps );
echo states( $repo, $clients ), "\n";

echo "By jobs, where the queue can delay them\n";
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = NULL, chd_seen = 2" );
$settings = [ 'dispatchStrategy' => 'jobs', 'canDelay' => [ 'wikibase-dispatch-trigger' ] ] + $settings;
$steps = run( $repo->dispatcher( $settings )->trigger() );
$jobs = explode( ', ', substr( array_shift( $steps->done ), strlen( 'push ' ) ) );
sort( $jobs );
echo implode( ', ', $jobs ), "\n", implode( ', ', $steps->done ), "\n";
?>
--EXPECT--
One queue does not take its push, and one claim is lost
[["dewiki",0,"wd1c"],["enwiki",0,"wd1c"],["frwiki",0,"wd1c"],["idlewiki",3,""],["svwiki",0,"wd1c"]]
{"due":0,"horizon":3,"initialised":[],"fastForwarded":0,"waitsForGap":false,"event":"triggered"}
{"client":null,"badChanges":[{"id":2,"reason":"change_info is not as expected: expected ident at line 1 column 2"}],"event":"bad-changes"}
{"client":"(failed)","failures":1,"cause":{"host":7},"event":"pass-failed"}
{"client":"(lost)","event":"claim-lost"}
{"commit":8,"notify (first)":2,"notify (lost)":3,"notify (other)":2,"push wikibase-dispatch-client of (failed)":1,"push wikibase-dispatch-prune":1}
at last: push wikibase-dispatch-prune, push wikibase-dispatch-client of (failed), commit
[["(first)",3,""]]
[["(failed)",0,"wd1r"]]
[["(lost)",3,""]]
A trigger that is dropped gives back whatever it has claimed
[["dewiki",0,"wd1c"],["enwiki",0,"wd1c"],["frwiki",0,"wd1c"],["idlewiki",3,""],["svwiki",0,"wd1c"]]
[["dewiki",0,"wd1r"],["enwiki",0,"wd1r"],["frwiki",0,"wd1r"],["idlewiki",3,""],["svwiki",0,"wd1r"]]
By jobs, where the queue can delay them
wikibase-dispatch-client of dewiki, wikibase-dispatch-client of enwiki, wikibase-dispatch-client of frwiki, wikibase-dispatch-client of svwiki
push wikibase-dispatch-prune, push wikibase-dispatch-trigger in 5 s, commit
