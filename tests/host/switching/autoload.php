<?php
/**
 * Loads the classes of lib/ by name.
 */

declare( strict_types = 1 );

spl_autoload_register( static function ( string $class ): void {
	$prefix = 'WikibaseDispatchSwitching\\';
	if ( str_starts_with( $class, $prefix ) ) {
		require __DIR__ . '/lib/' . substr( $class, strlen( $prefix ) ) . '.php';
	}
} );
