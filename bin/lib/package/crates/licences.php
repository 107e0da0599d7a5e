<?php
/**
 * Prints the licences of what is compiled into the module, as their terms ask of whoever passes it on: each text once,
 * with the crates that carry it. Reads `cargo metadata` from its input.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchPackage;

require __DIR__ . '/Graph.php';
require __DIR__ . '/Licence.php';

$graph = new Graph( stream_get_contents( STDIN ) );
$crates = [];
$texts = [];
foreach ( $graph->compiled() as $id ) {
	if ( $id === $graph->root ) {
		continue;
	}
	$package = $graph->package( $id );
	$name = $graph->name( $id );
	$crates[$name] = $package['license'] ?? "see {$package['license_file']}";
	$folder = dirname( $package['manifest_path'] );
	foreach ( glob( "$folder/{LICEN[CS]E,COPYING,COPYRIGHT,NOTICE}*", GLOB_BRACE ) as $file ) {
		if ( is_file( $file ) ) {
			$text = trim( str_replace( "\r\n", "\n", file_get_contents( $file ) ) );
			$texts[preg_replace( '/\s+/', ' ', $text )][$name] = $text;
		}
	}
}
echo <<<'END'
The source of Wikibase Dispatch is under GPL-2.0-or-later. This compiled module
also contains the crates below. One of them (ring) is partly under Apache-2.0,
which fits version 3 of the GPL, not version 2. So the compiled module as a whole
may be passed on under GPL-3.0-or-later only.


END;
ksort( $crates );
foreach ( $crates as $name => $licence ) {
	echo "  $name: $licence\n";
}
ksort( $texts );
foreach ( $texts as $carriers ) {
	ksort( $carriers );
	$names = wordwrap( implode( ', ', array_keys( $carriers ) ) . ':', 80 );
	echo "\n", str_repeat( '-', 80 ), "\n$names\n\n", reset( $carriers ), "\n";
}
