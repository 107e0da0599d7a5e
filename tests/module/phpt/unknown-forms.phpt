--TEST--
G17: a change of a form that is not known concerns whatever is used of its entity, passes through as it came, and is named
--FILE--
<?php
require __DIR__ . '/repo.inc';
use WikibaseDispatch\Notification;

$row = fn ( int $id, string $info ) => [
	'id' => $id, 'type' => 'wikibase-item~update', 'time' => "2026013112000$id", 'object_id' => 'Q1', 'revision_id' => $id,
	'user_id' => '5', 'info' => $info ];
$info = fn ( array $diff, array $others = [] ) =>
	json_encode( [ 'compactDiff' => json_encode( $diff ), 'metadata' => [ 'user_text' => 'Alice', 'tags' => [ 'a' ] ] ] + $others );
$used = [ 'Q1' => [ 'A.fr', 'C', 'C.P1', 'C.P2', 'CQR.P1', 'D.en', 'L.en', 'O', 'S', 'T', 'X', 'Z' ] ];

function show( array $rows, ?array $tracked = null ): void {
	$update = Notification::ofRows( $rows )->update( 'enwiki', [ 0 ], 5, $tracked );
	echo implode( ' ', $update->usageLookup( $GLOBALS['used'] )['Q1'] ), ' | ', json_encode( array_column( $update->summary()['unknownForms'], 'count', 'form' ) ), "\n";
	$infos = array_column( $rows, 'info' );
	$changes = $update->changes();
	echo '  ', count( $changes ), ' of ', count( $rows ), ': ', implode( ', ', array_map( static fn ( array $change ) => match ( true ) {
		in_array( $change['info'], $infos, true ) => 'as it came',
		default => implode( ' ', array_keys( json_decode( $change['info'], true ) ) ) . ' with '
			. implode( ' ', array_keys( json_decode( json_decode( $change['info'], true )['compactDiff'], true ) ) ),
	}, $changes ) ), "\n";
}

$new = [ 'arrayFormatVersion' => 1, 'aliasChanges' => [ 'fr' ], 'statementChangesExcludingQualOrRefOnlyChanges' => [ 'P2' ],
	'statementChangesQualOrRefOnly' => [ 'P1' ] ];
$old = [ 'arrayFormatVersion' => 1, 'statementChanges' => [ 'P1' ], 'otherChanges' => false ];
$label = [ 'arrayFormatVersion' => 1, 'labelChanges' => [ 'en' ] ];
echo "Known\n";
show( [ $row( 1, $info( $new ) ) ], [ 'C', 'CQR' ] );
show( [ $row( 1, $info( $new ) ) ], [ 'C' ] );
show( [ $row( 1, $info( $label, [ 'lemma' => 1 ] ) ) ] );
echo "Merged\n";
show( [ $row( 1, $info( $new, [ 'lemma' => 1 ] ) ), $row( 2, $info( $new ) ) ], [ 'CQR' ] );
show( [ $row( 1, $info( $old ) ), $row( 2, $info( $old ) ) ] );
show( [ $row( 1, $info( $old ) ), $row( 2, $info( $new ) ) ] );
echo "Unknown\n";
show( [ $row( 1, $info( $label ) ), $row( 2, $info( [ 'lemmaChanges' => [ 'en' ] ] + $label ) ), $row( 3, $info( $label ) ) ] );
show( [ $row( 1, $info( [ 'arrayFormatVersion' => 2 ] ) ) ] );
show( [ $row( 1, $info( [ 'labelChanges' => 7 ] ) ) ] );
echo "Unreadable\n";
show( [ $row( 1, 'null' ), $row( 2, '' ), $row( 3, "\xff" ) ] );
$document = json_encode( [ 'v' => 1, 'repo' => 'repowiki', 'changes' => [ [ 'id' => 7, 'type' => 'wikibase-item~update',
	'time' => '20260131120000', 'entity' => 'Q1', 'revision' => 1, 'user' => 5, 'badInfo' => 'x' ] ] ] );
$notification = Notification::decode( $document );
echo json_encode( [ $notification->changeIds(), $notification->summary()['bad'] ] ), "\n";
echo json_encode( $notification->update( 'enwiki', [ 0 ], 5 )->usageLookup( [ 'Q1' => [ 'L.de' ] ] ) ), "\n";
?>
--EXPECT--
Known
A.fr C C.P2 CQR.P1 O X Z | {"aspect Z":1}
  1 of 1: as it came
A.fr C C.P1 C.P2 CQR.P1 O X Z | {"aspect Z":1}
  1 of 1: as it came
L.en X Z | {"aspect Z":1}
  1 of 1: as it came
Merged
A.fr C C.P2 CQR.P1 O X Z | {"aspect Z":1}
  1 of 2: change-ids compactDiff lemma metadata with aliasChanges arrayFormatVersion descriptionChanges labelChanges otherChanges siteLinkChanges statementChangesExcludingQualOrRefOnlyChanges statementChangesQualOrRefOnly
C C.P1 CQR.P1 O X Z | {"aspect Z":1}
  1 of 2: change-ids compactDiff metadata with arrayFormatVersion descriptionChanges labelChanges otherChanges siteLinkChanges statementChanges
A.fr C C.P1 C.P2 CQR.P1 O X Z | {"aspect Z":1}
  1 of 2: change-ids compactDiff metadata with aliasChanges arrayFormatVersion descriptionChanges labelChanges otherChanges siteLinkChanges statementChanges statementChangesExcludingQualOrRefOnlyChanges statementChangesQualOrRefOnly
Unknown
A.fr C C.P1 C.P2 CQR.P1 D.en L.en O S T X Z | {"aspect Z":1,"compactDiff.lemmaChanges":1}
  3 of 3: as it came, as it came, as it came
A.fr C C.P1 C.P2 CQR.P1 D.en L.en O S T X Z | {"arrayFormatVersion 2":1,"aspect Z":1}
  1 of 1: as it came
A.fr C C.P1 C.P2 CQR.P1 D.en L.en O S T X Z | {"aspect Z":1,"compactDiff.labelChanges":1}
  1 of 1: as it came
Unreadable
A.fr C C.P1 C.P2 CQR.P1 D.en L.en O S T X Z | {"aspect Z":1}
  3 of 3: compactDiff metadata with aliasChanges arrayFormatVersion descriptionChanges labelChanges otherChanges siteLinkChanges statementChanges statementChangesExcludingQualOrRefOnlyChanges statementChangesQualOrRefOnly, compactDiff metadata with aliasChanges arrayFormatVersion descriptionChanges labelChanges otherChanges siteLinkChanges statementChanges statementChangesExcludingQualOrRefOnlyChanges statementChangesQualOrRefOnly, compactDiff metadata with aliasChanges arrayFormatVersion descriptionChanges labelChanges otherChanges siteLinkChanges statementChanges statementChangesExcludingQualOrRefOnlyChanges statementChangesQualOrRefOnly
[[7],[{"id":7,"reason":"change_info is not JSON"}]]
{"Q1":["L.de"]}
