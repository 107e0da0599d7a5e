--TEST--
A client can have a format of its own: Wikibase up to 1.39 is told the ids alone
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo();
$repo->subscribe( 'enwiki', 'Q1' );
$repo->subscribe( 'dewiki', 'Q1' );
$repo->change( 'Q1' );
$repo->change( 'Q2' );
$repo->change( 'Q1' );
$dispatcher = $repo->dispatcher( [
	'localClientDatabases' => [ 'enwiki', 'dewiki' ],
	'notificationFormat' => [ 'enwiki' => 'change-ids', 'default' => 'entity-change' ],
] );
$notified = run( $dispatcher->trigger() )->notified;
foreach ( [ 'enwiki', 'dewiki' ] as $client ) {
	foreach ( $notified[$client] as $job ) {
		echo $client, ' ', $job['type'], ' ', json_encode( $job['params'] ), "\n";
	}
}
?>
--EXPECT--
enwiki ChangeNotification {"repo":"repowiki","changeIds":[1,3]}
dewiki EntityChangeNotification {"changes":[{"id":-4503599627370495,"time":"20260131235959","info":"{\"metadata\":{\"bot\":0}}","user_id":"5","revision_id":"8","object_id":"Q1","type":"wikibase-item~update"},{"id":-4503599627370493,"time":"20260131235959","info":"{\"metadata\":{\"bot\":0}}","user_id":"5","revision_id":"8","object_id":"Q1","type":"wikibase-item~update"}]}
