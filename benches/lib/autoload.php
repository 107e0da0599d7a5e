<?php
/**
 * Loads the classes of this folder by name, and what is taken over from the tests.
 */

declare( strict_types = 1 );

require_once __DIR__ . '/../../tests/support/lib/autoload.php';

spl_autoload_register( static function ( string $class ): void {
	$prefix = 'WikibaseDispatchBench\\';
	if ( str_starts_with( $class, $prefix ) ) {
		require __DIR__ . '/' . strtr( substr( $class, strlen( $prefix ) ), '\\', '/' ) . '.php';
	}
} );
