<?php

declare( strict_types = 1 );

/**
 * Prints a sed script that lets a file import each class by the name that it has in one MediaWiki: `ClassNames` makes
 * these names the same when the code runs, which no type checker knows.
 *
 *   php former-names.php MEDIAWIKI
 */

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;

require __DIR__ . '/../../php/src/Base/Compat/ClassNames.php';

// All classes of MediaWiki => file.
$wgAutoloadLocalClasses = [];
require "$argv[1]/autoload.php";

// The code's only class by its former name: a script may not register anything before it has loaded this one.
echo "s/^use Maintenance;\$/use MediaWiki\\\\Maintenance\\\\Maintenance;/\n";
foreach ( ( new ReflectionClassConstant( ClassNames::class, 'RENAMED' ) )->getValue() as $present => $former ) {
	if ( !isset( $wgAutoloadLocalClasses[$present] ) ) {
		printf( "s/^use %s;\$/use %s;/\n", addcslashes( $present, '\\' ), addcslashes( $former, '\\' ) );
	}
}
