<?php
/**
 * Loads the classes of lib/ by name, and those of the benchmarks and of the tests.
 */

declare( strict_types = 1 );

require_once __DIR__ . '/../../../benches/lib/autoload.php';
// The names of our jobs.
require_once __DIR__ . '/../../../php/src/Base/Queue/Jobs.php';

spl_autoload_register( static function ( string $class ): void {
	$prefix = 'WikibaseDispatchChain\\';
	if ( str_starts_with( $class, $prefix ) ) {
		require __DIR__ . '/lib/' . substr( $class, strlen( $prefix ) ) . '.php';
	}
} );
