<?php
/**
 * Loads the classes of the tests by name.
 */

declare( strict_types = 1 );

spl_autoload_register( static function ( string $class ): void {
	$tests = dirname( __DIR__, 2 );
	$folders = [
		'WikibaseDispatchTests' => [ __DIR__, "$tests/torture/lib" ],
		'WikibaseDispatchComparison' => [ "$tests/end-to-end/comparison/lib" ],
		'WikibaseDispatchDifferential' => [ "$tests/end-to-end/differential/lib" ],
		'WikibaseDispatchDifferential\\Wiki' => [ "$tests/end-to-end/differential/wiki" ],
	];
	$end = (int)strrpos( $class, '\\' );
	foreach ( $folders[substr( $class, 0, $end )] ?? [] as $folder ) {
		$file = "$folder/" . substr( $class, $end + 1 ) . '.php';
		if ( is_file( $file ) ) {
			require $file;
			return;
		}
	}
} );
