--TEST--
Notifications in Wikibase's own format carry all columns, typed as Wikibase expects
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo();
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1', "{\"metadata\":{\"comment\":\"caf\u{e9}\"}}" );
$dispatcher = $repo->dispatcher( [ 'notificationFormat' => 'entity-change' ] );
$jobs = run( $dispatcher->trigger() )->notified['enwiki'];
echo $jobs[0]['type'], "\n";
var_dump( $jobs[0]['params'] );
// What a client may merge has ids by which Wikibase finds nothing; we do.
$repo->change( 'Q1', '{"metadata":{"user_text":"Alice"}}' );
$repo->change( 'Q2', '{"metadata":{"user_text":"Alice"}}' );
$repo->change( 'Q1', '{"metadata":{"user_text":"Alice"}}' );
$repo->subscribe( 'enwiki', 'Q2' );
$rows = run( $dispatcher->trigger() )->notified['enwiki'][0]['params']['changes'];
echo implode( ' ', array_column( $rows, 'id' ) ), "\n";
echo implode( ' ', WikibaseDispatch\Notification::ofRows( $rows )->changeIds() ), "\n";
?>
--EXPECT--
EntityChangeNotification
array(1) {
  ["changes"]=>
  array(1) {
    [0]=>
    array(7) {
      ["id"]=>
      int(1)
      ["time"]=>
      string(14) "20260131235959"
      ["info"]=>
      string(32) "{"metadata":{"comment":"café"}}"
      ["user_id"]=>
      string(1) "5"
      ["revision_id"]=>
      string(1) "8"
      ["object_id"]=>
      string(2) "Q1"
      ["type"]=>
      string(20) "wikibase-item~update"
    }
  }
}
-4503599627370494 3 -4503599627370492
2 3 4
