--TEST--
What a notification asks of a client, from the usages to whom to tell what; an entity on very many pages takes little memory
--FILE--
<?php
require __DIR__ . '/repo.inc';
use WikibaseDispatch\Notification;

$row = fn ( int $id, string $entity, array $diff ) => [
	'id' => $id, 'type' => 'wikibase-item~update', 'time' => "2026013112000$id", 'object_id' => $entity,
	'revision_id' => $id, 'user_id' => '5', 'info' => json_encode( [
		'compactDiff' => json_encode( $diff ),
		'metadata' => [ 'comment' => "comment $id", 'user_text' => 'Alice', 'rev_id' => $id, 'parent_id' => 0, 'bot' => 0 ],
	] ) ];
$update = Notification::ofRows( [
	$row( 1, 'Q1', [ 'labelChanges' => [ 'en' ] ] ),
	$row( 2, 'Q1', [ 'statementChanges' => [ 'P1' ] ] ),
	$row( 3, 'Q2', [ 'siteLinkChanges' => [ 'enwiki' => [ 'Old', '1984', false ] ] ] ),
	$row( 4, 'Q3', [ 'otherChanges' => true ] ),
] )->update( 'enwiki', [ 0 ], 2 );
$update->leaveOut( [ 2 ] );
echo $update->summary()['changes'], "\n";
$used = [ 'Q1' => [ 'C.P2', 'CQR.P1', 'L.de', 'L.en', 'X', 'Z.en' ], 'Q2' => [ 'S' ] ];
echo json_encode( [ $update->asks()['entities'], $update->usageLookup( $used ), $update->asks()['titles'] ] ), "\n";
echo json_encode( $update->summary()['unknownForms'] ), "\n";
$update->addUsages( [ 'Q1' => [ 'L.en' => [ '8', 7 ] ] ] );
$update->addUsages( [ 'Q1' => [ 'X' => [ 9 ], 'L.en' => [ 5 ] ] ] );
$update->addLinkedPages( [ '1984' => 6 ] );
echo json_encode( [ $update->pageIds( -1, 3 ), $update->pageIds( 7, 3 ), $update->pageIds( 9, 3 ) ] ), "\n";
$update->addPages( [ 5 => [ 1, 'Talk' ], 6 => [ 0, '1984' ], 7 => [ 0, 'Seven' ] ] );
$update->addPages( [ 8 => [ 0, 'Eight', 21, 300 ] ] );
foreach ( [ 1, 9, 9 ] as $rows ) {
	foreach ( $update->recentChanges( $rows ) as $change ) {
		echo json_encode( $change, JSON_UNESCAPED_SLASHES ), "\n";
	}
	echo "--\n";
}
echo $update->summary()['untold'], " untold\n";

$pages = range( 1, 100_000 );
$update = Notification::ofRows( [ $row( 1, 'Q1', [ 'labelChanges' => [ 'en' ] ] ) ] )->update( 'enwiki', [ 0 ], 300 );
foreach ( array_chunk( $pages, 10_000 ) as $chunk ) {
	$update->addUsages( [ 'Q1' => [ 'L.en' => $chunk ] ] );
}
unset( $pages, $chunk );
$before = memory_get_usage();
memory_reset_peak_usage();
[ $last, $count, $rows ] = [ -1, 0, 0 ];
while ( $ids = $update->pageIds( $last, 300 ) ) {
	$update->addPages( array_fill_keys( $ids, [ 0, str_repeat( 'x', 50 ) ] ) );
	$count += count( $ids );
	$last = end( $ids );
}
while ( $changes = $update->recentChanges( 100 ) ) {
	$rows += count( $changes[0]['pages'] );
}
echo "$count pages, $rows rows, {$update->summary()['untold']} untold\n";
echo memory_get_peak_usage() - $before < 1_000_000 ? "little memory\n" : "much memory\n";
failure( fn () => new WikibaseDispatch\ClientUpdate() );
?>
--EXPECT--
2
[["Q1","Q2"],{"Q1":["CQR.P1","L.en","X","Z.en"],"Q2":["S"]},["1984","Old"]]
[{"form":"aspect Z","count":1,"change":null}]
[[5,6,7],[8,9],[]]
{"params":"a:1:{s:20:\"wikibase-repo-change\";a:13:{s:2:\"id\";N;s:9:\"object_id\";s:2:\"Q1\";s:4:\"type\";s:20:\"wikibase-item~update\";s:11:\"revision_id\";s:1:\"2\";s:7:\"user_id\";s:1:\"5\";s:4:\"time\";s:14:\"20260131120002\";s:11:\"entity_type\";s:4:\"item\";s:7:\"page_id\";i:0;s:6:\"rev_id\";i:2;s:9:\"parent_id\";i:0;s:7:\"comment\";s:9:\"comment 2\";s:9:\"user_text\";s:5:\"Alice\";s:3:\"bot\";b:0;}}","time":"20260131120002","since":"20260131120001","userId":5,"userName":"Alice","centralUserId":0,"hidesUser":false,"bot":false,"comments":["comment 1","comment 2"],"revisions":[1,2],"pages":{"7":[0,"Seven"]}}
--
{"params":"a:1:{s:20:\"wikibase-repo-change\";a:13:{s:2:\"id\";N;s:9:\"object_id\";s:2:\"Q1\";s:4:\"type\";s:20:\"wikibase-item~update\";s:11:\"revision_id\";s:1:\"2\";s:7:\"user_id\";s:1:\"5\";s:4:\"time\";s:14:\"20260131120002\";s:11:\"entity_type\";s:4:\"item\";s:7:\"page_id\";i:0;s:6:\"rev_id\";i:2;s:9:\"parent_id\";i:0;s:7:\"comment\";s:9:\"comment 2\";s:9:\"user_text\";s:5:\"Alice\";s:3:\"bot\";b:0;}}","time":"20260131120002","since":"20260131120001","userId":5,"userName":"Alice","centralUserId":0,"hidesUser":false,"bot":false,"comments":["comment 1","comment 2"],"revisions":[1,2],"pages":{"8":[0,"Eight",21,300]}}
{"params":"a:1:{s:20:\"wikibase-repo-change\";a:13:{s:2:\"id\";i:3;s:4:\"time\";s:14:\"20260131120003\";s:7:\"user_id\";s:1:\"5\";s:11:\"revision_id\";s:1:\"3\";s:9:\"object_id\";s:2:\"Q2\";s:4:\"type\";s:20:\"wikibase-item~update\";s:11:\"entity_type\";s:4:\"item\";s:7:\"page_id\";i:0;s:6:\"rev_id\";i:3;s:9:\"parent_id\";i:0;s:7:\"comment\";s:9:\"comment 3\";s:9:\"user_text\";s:5:\"Alice\";s:3:\"bot\";i:0;}}","time":"20260131120003","since":"20260131120003","userId":5,"userName":"Alice","centralUserId":0,"hidesUser":false,"bot":false,"comments":[{"message":"wikibase-comment-sitelink-change","pages":[["enwiki","Old"],["enwiki","1984"]],"summary":"comment 3"}],"revisions":[3],"pages":{"6":[0,"1984"]}}
--
--
1 untold
100000 pages, 300 rows, 99700 untold
little memory
Error 0: Call to private WikibaseDispatch\ClientUpdate::__construct() from global scope
