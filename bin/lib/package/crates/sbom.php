<?php
/**
 * Prints the bill of materials of the module (CycloneDX 1.5, JSON). Reads `cargo metadata` from its input;
 * SOURCE_DATE_EPOCH is its time.
 *
 * Usage: php sbom.php Cargo.lock ARCHITECTURE COMPILER
 */

declare( strict_types = 1 );

namespace WikibaseDispatchPackage;

require __DIR__ . '/Graph.php';
require __DIR__ . '/Licence.php';

[ , $lock, $architecture, $compiler ] = $argv;
preg_match_all(
	'/^name = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([0-9a-f]+)"/m',
	file_get_contents( $lock ),
	$locked,
	PREG_SET_ORDER
);
$checksums = [];
foreach ( $locked as [ , $name, $version, $checksum ] ) {
	$checksums["$name $version"] = $checksum;
}

$graph = new Graph( stream_get_contents( STDIN ) );
$reference = static fn ( string $id ): string => 'pkg:cargo/' . str_replace( ' ', '@', $graph->name( $id ) );
$components = [];
$dependencies = [];
foreach ( $graph->compiled() as $id ) {
	$needs = array_map( $reference, $graph->needs( $id ) );
	$dependencies[] = [ 'ref' => $reference( $id ) ] + ( $needs === [] ? [] : [ 'dependsOn' => $needs ] );
	if ( $id === $graph->root ) {
		continue;
	}
	$package = $graph->package( $id );
	$components[] = [
		'type' => 'library',
		'bom-ref' => $reference( $id ),
		'name' => $package['name'],
		'version' => $package['version'],
		'hashes' => [ [ 'alg' => 'SHA-256', 'content' => $checksums[$graph->name( $id )] ] ],
		'licenses' => [ [ 'expression' => ( new Licence( $package['license'] ) )->expression ] ],
		'purl' => $reference( $id ),
	];
}
$root = $graph->package( $graph->root );
$content = [
	'metadata' => [
		'timestamp' => gmdate( 'Y-m-d\TH:i:s\Z', (int)getenv( 'SOURCE_DATE_EPOCH' ) ),
		'component' => [
			'type' => 'library',
			'bom-ref' => $reference( $graph->root ),
			'name' => $root['name'],
			'version' => $root['version'],
			'description' => "{$root['description']} ($architecture)",
			// What is compiled: see the text beside the module.
			'licenses' => [ [ 'expression' => 'GPL-3.0-or-later' ] ],
			'purl' => $reference( $graph->root ),
		],
		'properties' => [ [ 'name' => 'compiler', 'value' => $compiler ] ],
	],
	'components' => $components,
	'dependencies' => $dependencies,
];
// The same content has the same number.
$hash = hash( 'sha256', json_encode( $content, JSON_THROW_ON_ERROR ) );
$parts = sscanf( $hash, '%8s%4s%3s%3s%12s' );
$number = vsprintf( 'urn:uuid:%s-%s-5%s-8%s-%s', $parts );
echo json_encode(
	[ 'bomFormat' => 'CycloneDX', 'specVersion' => '1.5', 'serialNumber' => $number, 'version' => 1 ] + $content,
	JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR
), "\n";
