--TEST--
A client that says that it reads version 2 of our own format gets that, and it unpacks to what was written
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
use WikibaseDispatch\Notification;

$diff = '{"arrayFormatVersion":1,"labelChanges":["en"],"descriptionChanges":[],"statementChanges":[],"siteLinkChanges":[],"otherChanges":false}';
$info = static fn ( int $revision ) => json_encode( [ 'compactDiff' => $diff, 'metadata' => [
	'page_id' => 4711, 'rev_id' => $revision, 'parent_id' => $revision - 1, 'comment' => '/* wbsetlabel-set:1|en */ Köln',
	'user_text' => 'Alice', 'central_user_id' => 0, 'bot' => 0,
] ] );
$repo = new Repo();
$repo->subscribe( 'enwiki', 'Q1' );
$repo->subscribe( 'dewiki', 'Q1' );
$repo->mark( 'dewiki', 'native' );
for ( $i = 1; $i <= 50; $i++ ) {
	$repo->change( 'Q1', $info( 1000 + $i ) );
}
$dispatcher = $repo->dispatcher( [ 'localClientDatabases' => [ 'dewiki', 'enwiki' ], 'dispatchStrategy' => 'inline' ] );
$told = run( $dispatcher->trigger() )->notified;
[ $packed, $plain ] = array_map( static fn ( string $client ) => $told[$client][0]['params']['changes'], [ 'enwiki', 'dewiki' ] );
printf( "versions %d and %d, a tenth of the bytes: %s\n", json_decode( $packed )->v, json_decode( $plain )->v,
	var_export( 10 * strlen( $packed ) < strlen( $plain ), true ) );
[ $packed, $plain ] = array_map( Notification::decode( ... ), [ $packed, $plain ] );
var_dump( $packed->changeIds() === range( 1, 50 ), $packed->summary() === $plain->summary() );
var_dump( $packed->changes() === $plain->changes(), $packed->changes()[0]['info'] === $info( 1001 ) );
?>
--EXPECT--
versions 2 and 1, a tenth of the bytes: true
bool(true)
bool(true)
bool(true)
bool(true)
