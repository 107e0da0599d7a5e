--TEST--
A notification is decoded on the client, in our own format and as rows; what cannot be read is reported
--FILE--
<?php
require __DIR__ . '/repo.inc';
use WikibaseDispatch\Notification;

function show( Notification $notification ): void {
	[ 'changes' => $count, 'bad' => $bad ] = $notification->summary();
	echo $count, ' ', json_encode( [ $notification->changeIds(), $bad ] ), "\n";
	foreach ( $notification->update( 'enwiki', [ 0 ], 5 )->changes() as $change ) {
		echo json_encode( $change, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ), "\n";
	}
}

$diff = '{"labelChanges":["en"],"statementChanges":[],"siteLinkChanges":{"dewiki":["A","B",false]},"otherChanges":false}';
$info = [ 'compactDiff' => $diff, 'metadata' => [ 'bot' => '1', 'comment' => 'é', 'rev_id' => 8 ] ];

$change = fn ( int $id, string $entity, array $rest ) => [
	'id' => $id, 'type' => 'wikibase-item~update', 'time' => '20260131235959', 'entity' => $entity, 'revision' => 8, 'user' => 5
] + $rest;
show( Notification::decode( json_encode( [ 'v' => 1, 'repo' => 'repowiki', 'changes' => [
	$change( 3, 'Q2', [ 'info' => $info ] ), $change( 4, 'Q1', [ 'badInfo' => 'x' ] ), $change( 5, 'Q3', [ 'info' => [] ] ),
] ] ) ) );

$row = [ 'id' => '3', 'type' => 'wikibase-item~update', 'time' => '20260131235959', 'object_id' => 'Q2', 'revision_id' => '8',
	'user_id' => '5', 'info' => json_encode( $info ) ];
show( Notification::ofRows( [ $row, [ 'id' => 4 ] + $row, [ 'id' => 5, 'info' => 'x' ] + $row, [ 'id' => 6 ], 'no row' ] ) );

failure( fn () => Notification::decode( "\xff" ) );
failure( fn () => Notification::decode( '{"v":2,"size":0,"packed":"AAAAAA"}' ) );
failure( fn () => Notification::decode( '{"v":3,"changes":[]}' ) );
failure( fn () => Notification::ofRows( [] )->update( '', [], 1 ) );
failure( fn () => Notification::ofRows( [] )->update( 'enwiki', [], -1 ) );
failure( fn () => new Notification() );
?>
--EXPECT--
3 [[3,4,5],[{"id":4,"reason":"change_info is not JSON"}]]
{"id":3,"object_id":"Q2","type":"wikibase-item~update","revision_id":"8","user_id":"5","time":"20260131235959","info":"{\"compactDiff\":\"{\\\"labelChanges\\\":[\\\"en\\\"],\\\"statementChanges\\\":[],\\\"siteLinkChanges\\\":{\\\"dewiki\\\":[\\\"A\\\",\\\"B\\\",false]},\\\"otherChanges\\\":false}\",\"metadata\":{\"bot\":\"1\",\"comment\":\"\\u00e9\",\"rev_id\":8}}"}
{"id":4,"object_id":"Q1","type":"wikibase-item~update","revision_id":"8","user_id":"5","time":"20260131235959","info":"{\"compactDiff\":\"{\\\"aliasChanges\\\":[],\\\"arrayFormatVersion\\\":1,\\\"descriptionChanges\\\":[],\\\"labelChanges\\\":[],\\\"otherChanges\\\":false,\\\"siteLinkChanges\\\":{},\\\"statementChanges\\\":[],\\\"statementChangesExcludingQualOrRefOnlyChanges\\\":[],\\\"statementChangesQualOrRefOnly\\\":[]}\",\"metadata\":{}}"}
{"id":5,"object_id":"Q3","type":"wikibase-item~update","revision_id":"8","user_id":"5","time":"20260131235959","info":"[]"}
3 [[0,3,4,5,6],[{"id":5,"reason":"change_info is not as expected: expected value at line 1 column 1"},{"id":6,"reason":"change_object_id is missing"},{"id":0,"reason":"change_object_id is missing"}]]
{"id":null,"object_id":"Q2","type":"wikibase-item~update","revision_id":"8","user_id":"5","time":"20260131235959","info":"{\"change-ids\":[3,4],\"compactDiff\":\"{\\\"arrayFormatVersion\\\":1,\\\"descriptionChanges\\\":[],\\\"labelChanges\\\":[\\\"en\\\"],\\\"otherChanges\\\":false,\\\"siteLinkChanges\\\":{\\\"dewiki\\\":[\\\"A\\\",\\\"B\\\",false]},\\\"statementChanges\\\":[]}\",\"metadata\":{\"bot\":true,\"comment\":\"é\",\"parent_id\":0,\"rev_id\":8}}"}
{"id":5,"object_id":"Q2","type":"wikibase-item~update","revision_id":"8","user_id":"5","time":"20260131235959","info":"{\"compactDiff\":\"{\\\"aliasChanges\\\":[],\\\"arrayFormatVersion\\\":1,\\\"descriptionChanges\\\":[],\\\"labelChanges\\\":[],\\\"otherChanges\\\":false,\\\"siteLinkChanges\\\":{},\\\"statementChanges\\\":[],\\\"statementChangesExcludingQualOrRefOnlyChanges\\\":[],\\\"statementChangesQualOrRefOnly\\\":[]}\",\"metadata\":{}}"}
WikibaseDispatch\InvalidNotificationException 1003 final: cannot decode a notification: expected value at line 1 column 1
WikibaseDispatch\InvalidNotificationException 1003 final: cannot decode a notification: what is packed ends too early, or is not what it says
WikibaseDispatch\UnsupportedNotificationException 1004 retryable: cannot decode a notification of version 3: this module reads versions up to 2; update it on this wiki
WikibaseDispatch\InvalidSettingException 1001 final: cannot update this client: siteId has no possible value
WikibaseDispatch\InvalidSettingException 1001 final: cannot update this client: recentChangesMaxPages has no possible value
Error 0: Call to private WikibaseDispatch\Notification::__construct() from global scope
