<?php
/**
 * Loads the classes of the differential test by name: those of lib/, which know nothing of MediaWiki, and those of
 * wiki/, which run in one.
 */

declare( strict_types = 1 );

spl_autoload_register( static function ( string $class ): void {
	$prefix = 'WikibaseDispatchDifferential\\';
	if ( str_starts_with( $class, $prefix ) ) {
		$name = strtr( substr( $class, strlen( $prefix ) ), '\\', '/' );
		require __DIR__ . ( str_starts_with( $name, 'Wiki/' ) ? '/wiki' . substr( $name, 4 ) : "/lib/$name" ) . '.php';
	}
} );
