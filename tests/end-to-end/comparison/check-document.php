<?php
/**
 * Fails where a number in docs/differences.md is not the one that the comparison has just found.
 *
 * Usage: php check-document.php FARM DATA
 */

declare( strict_types = 1 );

[ , $folder, $data ] = $argv;
$version = str_replace( 'wikibase-', '', basename( $data ) );
$document = file_get_contents( __DIR__ . '/../../../docs/differences.md' );
$table = array_map(
	static fn ( string $line ) => array_map( 'trim', explode( '|', trim( $line, '|' ) ) ),
	preg_grep( '/^\|/', explode( "\n", $document ) )
);
$heading = array_shift( $table );
array_shift( $table );
$wrong = [];
foreach ( glob( "$folder/log/*.comparison.json" ) as $file ) {
	$wiki = basename( $file, '.comparison.json' );
	$column = array_search( "$version $wiki", $heading, true );
	$found = json_decode( file_get_contents( $file ), true );
	foreach ( $column === false ? [] : $table as $row ) {
		$number = (int)str_replace( ',', '', $row[$column] );
		if ( $number !== ( $found[$row[0]] ?? 0 ) ) {
			$wrong[] = "$wiki: '{$row[0]}' is " . ( $found[$row[0]] ?? 0 ) . ", and $number in the document";
		}
	}
	foreach ( array_diff_key( $found, array_flip( array_column( $table, 0 ) ) ) as $name => $number ) {
		$wrong[] = "$wiki: '$name' ($number) is not in the document";
	}
	if ( $column === false ) {
		$wrong[] = "$wiki: there is no column '$version $wiki' in the document";
	}
}
foreach ( $wrong as $fault ) {
	echo "$fault\n";
}
echo count( $table ), ' rows of docs/differences.md, ', count( $wrong ), " faults\n";
exit( $wrong === [] ? 0 : 1 );
