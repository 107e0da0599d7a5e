<?php
/**
 * Writes the farm.json of a new farm, so that `create` need not quote JSON in a shell.
 *
 * Arguments: file, wikis separated by commas, extension.json or '', queue claim time, then NAME=JSON settings.
 */

declare( strict_types = 1 );

[ , $file, $wikis, $extension, $queueClaimTtl ] = $argv;
$settings = [];
foreach ( array_slice( $argv, 5 ) as $argument ) {
	[ $name, $json ] = explode( '=', $argument, 2 ) + [ 1 => '' ];
	$value = json_decode( $json, true );
	if ( json_last_error() !== JSON_ERROR_NONE ) {
		fwrite( STDERR, "--setting $argument: '$json' is not JSON\n" );
		exit( 1 );
	}
	$settings[$name] = $value;
}
$wikis = explode( ',', $wikis );
file_put_contents( $file, json_encode( [
	'repo' => $wikis[0],
	'wikis' => $wikis,
	'extension' => $extension === '' ? null : $extension,
	'queueClaimTtl' => (int)$queueClaimTtl,
	'secretKey' => bin2hex( random_bytes( 32 ) ),
	'settings' => $settings,
], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES ) . "\n" );
