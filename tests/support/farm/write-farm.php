<?php
/**
 * Writes the farm.json of a new farm, so that `create` need not quote JSON in a shell.
 *
 * Arguments: file, sqlite or mariadb, wikis separated by commas, WIKI=PREFIX pairs separated by commas, extension.json
 * or '', queue claim time, order of the queue, Wikibase's folder or '', then NAME=JSON settings.
 */

declare( strict_types = 1 );

[ , $file, $type, $wikis, $prefixes, $extension, $queueClaimTtl, $queueOrder, $wikibase ] = $argv;
$settings = [];
foreach ( array_slice( $argv, 9 ) as $argument ) {
	[ $name, $json ] = explode( '=', $argument, 2 ) + [ 1 => '' ];
	$value = json_decode( $json, true );
	if ( json_last_error() !== JSON_ERROR_NONE ) {
		fwrite( STDERR, "--setting $argument: '$json' is not JSON\n" );
		exit( 1 );
	}
	$settings[$name] = $value;
}
$wikis = explode( ',', $wikis );
$database = [ 'type' => $type ];
if ( $type === 'mariadb' ) {
	$database += [
		'socket' => dirname( $file ) . '/mariadb/data/socket',
		'user' => 'farm',
		'password' => bin2hex( random_bytes( 16 ) ),
		// The server knows this one by the process that connects.
		'administrator' => posix_getpwuid( posix_geteuid() )['name'],
		'prefixes' => [],
	];
	foreach ( array_filter( explode( ',', $prefixes ) ) as $pair ) {
		[ $wiki, $prefix ] = explode( '=', $pair, 2 ) + [ 1 => '' ];
		if ( !in_array( $wiki, $wikis, true ) || !preg_match( '/^[a-z][a-z0-9_]{0,15}$/', $prefix ) ) {
			fwrite( STDERR, "--prefix $pair: give a wiki of the farm, =, and up to 16 small letters, digits and _\n" );
			exit( 1 );
		}
		$database['prefixes'][$wiki] = $prefix;
	}
}
// It holds passwords.
umask( 0077 );
file_put_contents( $file, json_encode( [
	'repo' => $wikis[0],
	'wikis' => $wikis,
	'database' => $database,
	'extension' => $extension === '' ? null : $extension,
	'wikibase' => $wikibase === '' ? null : $wikibase,
	'queueClaimTtl' => (int)$queueClaimTtl,
	'queueOrder' => $queueOrder,
	'secretKey' => bin2hex( random_bytes( 32 ) ),
	'settings' => $settings,
], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES ) . "\n" );
