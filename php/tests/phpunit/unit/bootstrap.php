<?php

declare( strict_types = 1 );

/**
 * Makes the classes of MediaWiki, of the extension and of the stubs known, and starts nothing.
 *
 * The stubs stand for the compiled module, so that this suite runs where nothing has been compiled.
 */

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;

if ( extension_loaded( 'wikibase_dispatch' ) ) {
	fwrite( STDERR, "The unit suite runs through the stubs: start PHP without the module wikibase_dispatch.\n" );
	exit( 1 );
}

$mediaWiki = getenv( 'MW_INSTALL_PATH' ) ?: '/usr/share/mediawiki';
if ( !is_file( "$mediaWiki/includes/AutoLoader.php" ) ) {
	fwrite( STDERR, "There is no MediaWiki in $mediaWiki: set MW_INSTALL_PATH.\n" );
	exit( 1 );
}

$extension = dirname( __DIR__, 3 );
$stubs = dirname( $extension ) . '/stubs';

define( 'MEDIAWIKI', true );
define( 'MW_INSTALL_PATH', $mediaWiki );
$GLOBALS['IP'] = $mediaWiki;
require_once "$mediaWiki/includes/AutoLoader.php";
require_once "$mediaWiki/vendor/autoload.php";
require_once "$mediaWiki/includes/Defines.php";
require_once "$mediaWiki/includes/GlobalFunctions.php";

AutoLoader::registerNamespaces( [
	'MediaWiki\\Extension\\WikibaseDispatch\\' => "$extension/src/",
	'MediaWiki\\Extension\\WikibaseDispatch\\Tests\\Unit\\' => __DIR__ . '/',
] );
spl_autoload_register( static function ( string $class ) use ( $stubs ): void {
	if ( str_starts_with( $class, 'WikibaseDispatch\\' ) ) {
		$file = "$stubs/" . substr( $class, strlen( 'WikibaseDispatch\\' ) ) . '.php';
		if ( is_file( $file ) ) {
			require_once $file;
		}
	}
} );
ClassNames::register();
