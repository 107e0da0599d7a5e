<?php
/**
 * Prints the licences of what is compiled into the module, as their terms ask of whoever passes it on: each text once,
 * with the crates that carry it. Reads `cargo metadata` from its input.
 */

declare( strict_types = 1 );

$metadata = json_decode( stream_get_contents( STDIN ), true, 512, JSON_THROW_ON_ERROR );
$packages = array_column( $metadata['packages'], null, 'id' );
$nodes = array_column( $metadata['resolve']['nodes'], null, 'id' );

/** What a crate needs to run; not what it needs to be built or tested, nor what only writes code for it. */
$isMacro = static fn ( array $package ): bool =>
	in_array( [ 'proc-macro' ], array_column( $package['targets'], 'kind' ), true );
$needs = static fn ( array $node ): array => array_column( array_filter(
	$node['deps'],
	static fn ( array $dependency ): bool =>
		in_array( null, array_column( $dependency['dep_kinds'], 'kind' ), true ) &&
		!$isMacro( $packages[$dependency['pkg']] )
), 'pkg' );
$ours = $metadata['resolve']['root'];
$compiled = [];
$open = [ $ours ];
while ( $open !== [] ) {
	$id = array_pop( $open );
	if ( !isset( $compiled[$id] ) ) {
		$compiled[$id] = true;
		array_push( $open, ...$needs( $nodes[$id] ) );
	}
}
unset( $compiled[$ours] );

$crates = [];
$texts = [];
foreach ( array_keys( $compiled ) as $id ) {
	$package = $packages[$id];
	$name = "{$package['name']} {$package['version']}";
	$crates[$name] = $package['license'] ?? "see {$package['license_file']}";
	$folder = dirname( $package['manifest_path'] );
	foreach ( glob( "$folder/{LICEN[CS]E,COPYING,COPYRIGHT,NOTICE}*", GLOB_BRACE ) as $file ) {
		if ( is_file( $file ) ) {
			$text = trim( str_replace( "\r\n", "\n", file_get_contents( $file ) ) );
			$texts[preg_replace( '/\s+/', ' ', $text )][$name] = $text;
		}
	}
}
ksort( $crates );
echo "The native module is compiled from these crates, too:\n\n";
foreach ( $crates as $name => $licence ) {
	echo "  $name: $licence\n";
}
ksort( $texts );
foreach ( $texts as $carriers ) {
	ksort( $carriers );
	$names = wordwrap( implode( ', ', array_keys( $carriers ) ) . ':', 80 );
	echo "\n", str_repeat( '-', 80 ), "\n$names\n\n", reset( $carriers ), "\n";
}
