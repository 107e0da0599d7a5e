<?php
/**
 * Loads the classes of this folder by name.
 */

declare( strict_types = 1 );

spl_autoload_register( static function ( string $class ): void {
	$prefix = 'WikibaseDispatchDemo\\';
	if ( str_starts_with( $class, $prefix ) ) {
		require __DIR__ . '/' . substr( $class, strlen( $prefix ) ) . '.php';
	}
} );
