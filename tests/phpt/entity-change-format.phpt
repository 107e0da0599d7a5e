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
$dispatcher->trigger();
$jobs = $dispatcher->beginPass( 'enwiki' )->notifications();
echo $jobs[0]['type'], "\n";
var_dump( $jobs[0]['params'] );
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
