<?php
/**
 * Edits entities of a wiki through its web API, as fast as it answers, until a file exists. Prints one line per edit:
 * saved, or why not.
 *
 * Usage: php edit.php ADDRESS NUMBER SEED FILE ITEM…
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

require __DIR__ . '/autoload.php';

[ , $address, $number, $seed, $file ] = $argv;
$items = array_slice( $argv, 5 );
$api = new Api( $address );
mt_srand( crc32( "edits $seed $number" ) );
for ( $count = 1; !file_exists( $file ); $count++ ) {
	$id = $items[mt_rand( 0, count( $items ) - 1 )];
	// No two are the same: each changes something.
	$text = "$number-$count";
	$language = [ 'en', 'de', 'fr' ][mt_rand( 0, 2 )];
	$answer = $api->post( match ( mt_rand( 1, 6 ) ) {
		1, 2 => [ 'action' => 'wbsetlabel', 'id' => $id, 'language' => $language, 'value' => $text ],
		3 => [ 'action' => 'wbsetdescription', 'id' => $id, 'language' => $language, 'value' => $text ],
		4 => [ 'action' => 'wbsetaliases', 'id' => $id, 'language' => $language, 'set' => $text ],
		5 => [
			'action' => 'wbcreateclaim', 'entity' => $id, 'property' => 'P1', 'snaktype' => 'value',
			'value' => json_encode( $text ),
		],
		6 => [ 'action' => 'wbeditentity', 'id' => $id, 'data' => [
			'labels' => [ [ 'language' => 'en', 'value' => $text ] ],
			'descriptions' => [ [ 'language' => 'de', 'value' => $text ] ],
		] ],
	} );
	echo isset( $answer['error'] ) ? "refused: {$answer['error']['code']}" : 'saved', "\n";
}
