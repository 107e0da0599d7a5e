<?php
/**
 * Loads the classes of lib/ by name, and those of the tests and of the benchmark that they use.
 */

declare( strict_types = 1 );

require_once __DIR__ . '/../../../benches/lib/autoload.php';

spl_autoload_register( static function ( string $class ): void {
	$prefix = 'WikibaseDispatchTiming\\';
	if ( str_starts_with( $class, $prefix ) ) {
		require __DIR__ . '/lib/' . substr( $class, strlen( $prefix ) ) . '.php';
	}
} );
