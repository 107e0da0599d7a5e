<?php
/**
 * Fails on any difference between the stubs and the compiled module: names, modifiers, types, nullability, defaults.
 *
 * Usage: php tests/module/stubs/compare.php path/to/libwikibase_dispatch.so
 */

declare( strict_types = 1 );

/** @return array{classes:array,undocumented:list<string>} */
function described( array $arguments ): array {
	$command = array_merge( [ PHP_BINARY, '-n' ], $arguments );
	$process = proc_open( $command, [ 1 => [ 'pipe', 'w' ] ], $pipes );
	$output = stream_get_contents( $pipes[1] );
	if ( proc_close( $process ) !== 0 ) {
		fwrite( STDERR, "cannot run: " . implode( ' ', $command ) . "\n$output" );
		exit( 2 );
	}
	return json_decode( $output, true, 64, JSON_THROW_ON_ERROR );
}

/** @return list<string> one line a difference */
function differences( string $at, mixed $stub, mixed $module ): array {
	if ( is_array( $stub ) && is_array( $module ) ) {
		$lines = [];
		foreach ( array_unique( array_merge( array_keys( $stub ), array_keys( $module ) ) ) as $key ) {
			$lines = array_merge( $lines, differences(
				$at === '' ? (string)$key : "$at / $key", $stub[$key] ?? '(nothing)', $module[$key] ?? '(nothing)'
			) );
		}
		return $lines;
	}
	return $stub === $module
		? []
		: [ "$at: the stub says " . json_encode( $stub ) . ', the module ' . json_encode( $module ) ];
}

if ( $argc !== 2 || !is_file( $argv[1] ) ) {
	fwrite( STDERR, "usage: php {$argv[0]} path/to/libwikibase_dispatch.so\n" );
	exit( 2 );
}
$describe = __DIR__ . '/describe.php';
$stubs = described( [ $describe, dirname( __DIR__, 3 ) . '/stubs' ] );
$module = described( [ '-d', 'extension=' . realpath( $argv[1] ), $describe ] );

$problems = differences( '', $stubs['classes'], $module['classes'] );
foreach ( $stubs['undocumented'] as $name ) {
	$problems[] = "$name has no documentation in its stub";
}
if ( $module['classes'] === [] ) {
	$problems[] = 'the module has no classes: was it loaded?';
}
echo implode( "\n", array_merge( $problems, [
	count( $module['classes'] ) . ' classes compared, ' . count( $problems ) . ' differences',
] ) ), "\n";
exit( $problems === [] ? 0 : 1 );
