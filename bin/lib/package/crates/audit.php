<?php
/**
 * Prints the crates that are compiled into the module as a binary carries them in its section `.dep-v0`, where
 * `cargo audit bin` looks: JSON, compressed by zlib. Reads `cargo metadata` from its input.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchPackage;

require __DIR__ . '/Graph.php';

$graph = new Graph( stream_get_contents( STDIN ) );
$ids = $graph->compiled();
$numbers = array_flip( $ids );
$packages = [];
foreach ( $ids as $id ) {
	$package = $graph->package( $id );
	$entry = [
		'name' => $package['name'],
		'version' => $package['version'],
		'source' => $package['source'] === null ? 'local' : 'crates.io',
	];
	$needs = array_map( static fn ( string $need ): int => $numbers[$need], $graph->needs( $id ) );
	sort( $needs );
	if ( $needs !== [] ) {
		$entry['dependencies'] = $needs;
	}
	if ( $id === $graph->root ) {
		$entry['root'] = true;
	}
	$packages[] = $entry;
}
echo gzcompress( json_encode( [ 'packages' => $packages ], JSON_THROW_ON_ERROR ), 9 );
