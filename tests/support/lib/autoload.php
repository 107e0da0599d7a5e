<?php
/**
 * Loads the classes of the tests by name: those that all tests share are here, those of the torture tests in their
 * folder.
 */

declare( strict_types = 1 );

spl_autoload_register( static function ( string $class ): void {
	$prefix = 'WikibaseDispatchTests\\';
	if ( str_starts_with( $class, $prefix ) ) {
		$name = substr( $class, strlen( $prefix ) );
		$shared = __DIR__ . "/$name.php";
		require is_file( $shared ) ? $shared : __DIR__ . "/../../torture/lib/$name.php";
	}
} );
