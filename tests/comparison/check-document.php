<?php
/**
 * Fails where a number in docs/differences.md is not the one that the comparison has just found.
 *
 * Usage: php check-document.php FARM
 */

declare( strict_types = 1 );

[ , $folder ] = $argv;
$document = file_get_contents( __DIR__ . '/../../docs/differences.md' );
preg_match_all( '/^\| (.+?) \| ([\d,]+) \| ([\d,]+) \|$/m', $document, $rows, PREG_SET_ORDER );
$wrong = [];
$documented = [];
foreach ( [ 'enwiki' => 2, 'dewiki' => 3 ] as $wiki => $column ) {
	$found = json_decode( file_get_contents( "$folder/log/$wiki.comparison.json" ), true );
	foreach ( $rows as $row ) {
		$name = $row[1];
		$documented[$name] = true;
		$number = (int)str_replace( ',', '', $row[$column] );
		if ( $number !== ( $found[$name] ?? 0 ) ) {
			$wrong[] = "$wiki: '$name' is " . ( $found[$name] ?? 0 ) . ", and $number in the document";
		}
	}
	foreach ( array_diff_key( $found, $documented ) as $name => $number ) {
		$wrong[] = "$wiki: '$name' ($number) is not in the document";
	}
}
foreach ( $wrong as $fault ) {
	echo "$fault\n";
}
echo count( $rows ), ' rows of docs/differences.md, ', count( $wrong ), " faults\n";
exit( $wrong === [] ? 0 : 1 );
