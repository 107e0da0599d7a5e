--TEST--
A notification is decoded on the client: changes with their aspects and metadata; what cannot be read is reported
--FILE--
<?php
require __DIR__ . '/repo.inc';
use WikibaseDispatch\Notification;

$change = fn ( int $id, string $entity, array $rest ) => [
	'id' => $id, 'type' => 'wikibase-item~update', 'time' => '20260131235959', 'entity' => $entity, 'revision' => 8, 'user' => 5
] + $rest;
$diff = '{"labelChanges":["en"],"statementChanges":[],"siteLinkChanges":{"enwiki":["A","B",false]},"otherChanges":false}';
$notification = Notification::decode( json_encode( [ 'v' => 1, 'repo' => 'repowiki', 'changes' => [
	$change( 3, 'Q2', [ 'info' => [ 'compactDiff' => $diff, 'metadata' => [ 'bot' => '1', 'comment' => 'é', 'rev_id' => 8 ] ] ] ),
	$change( 4, 'Q1', [ 'badInfo' => 'x' ] ),
	$change( 5, 'Q2', [ 'info' => [] ] ),
] ] ) );
foreach ( $notification->changes() as $received ) {
	echo json_encode( $received, JSON_UNESCAPED_UNICODE ), "\n";
}
echo json_encode( [ $notification->entityIds(), $notification->badChanges() ] ), "\n";
failure( fn () => Notification::decode( "\xff" ) );
failure( fn () => Notification::decode( '{"v":2,"changes":[]}' ) );
failure( fn () => new Notification() );
?>
--EXPECT--
{"id":3,"type":"wikibase-item~update","time":"20260131235959","entityId":"Q2","revisionId":8,"userId":5,"aspects":["S","T","L.en","L","X"],"metadata":{"rev_id":8,"comment":"é","bot":1}}
{"id":5,"type":"wikibase-item~update","time":"20260131235959","entityId":"Q2","revisionId":8,"userId":5,"aspects":["O","X"],"metadata":[]}
[["Q2"],[{"id":4,"reason":"change_info is not JSON"}]]
WikibaseDispatch\InvalidNotificationException 1003 final: cannot decode a notification: expected value at line 1 column 1
WikibaseDispatch\UnsupportedNotificationException 1004 retryable: cannot decode a notification of version 2: this module reads version 1; update it on this wiki
Error 0: Call to private WikibaseDispatch\Notification::__construct() from global scope
