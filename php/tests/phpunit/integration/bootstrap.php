<?php

declare( strict_types = 1 );

/**
 * Takes or creates a farm, and boots MediaWiki in this process as the farm's repo.
 *
 * MediaWiki's packages come without its `tests/` folder, so nothing of its own test framework is used.
 */

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

if ( !extension_loaded( 'wikibase_dispatch' ) ) {
	fwrite( STDERR, "The integration suite needs the compiled module: php -d extension=FILE phpunit …\n" );
	exit( 1 );
}

require_once dirname( __DIR__, 4 ) . '/tests/support/lib/autoload.php';
require_once __DIR__ . '/Farm.php';
require_once __DIR__ . '/CommandResult.php';
require_once __DIR__ . '/RunningCommand.php';

$mediaWiki = getenv( 'MW_INSTALL_PATH' ) ?: '/usr/share/mediawiki';
if ( getenv( 'FARM_FOLDER' ) ) {
	$farm = Farm::at( getenv( 'FARM_FOLDER' ), $mediaWiki );
} else {
	$farm = Farm::fresh( $mediaWiki, getenv( 'FARM_DATABASE' ) ?: 'sqlite' );
	$owner = getmypid();
	register_shutdown_function( static function () use ( $farm, $owner ): void {
		// A forked child inherits this function, but not the farm.
		if ( getmypid() === $owner ) {
			$farm->remove();
		}
	} );
}
Farm::use( $farm );

putenv( "MW_INSTALL_PATH={$farm->mediaWiki}" );
putenv( "MW_CONFIG_FILE={$farm->folder}/LocalSettings.php" );
putenv( 'FARM_WIKI=' . Farm::REPO );

define( 'MEDIAWIKI', true );
define( 'MW_ENTRY_POINT', 'cli' );

// PHPUnit includes this file in a function; Setup.php makes the settings that it knows global, and these are others.
global $wgCommandLineMode, $wgConf, $wgSettings, $wgAutoloadClasses, $wgWikibaseDispatchSettings;
global $wgRequest, $wgUser, $wgLang, $wgOut, $wgTitle, $wgFullyInitialised, $wgInitialSessionId;
$wgCommandLineMode = true;

require_once "{$farm->mediaWiki}/includes/BootstrapHelperFunctions.php";
require_once "{$farm->mediaWiki}/includes/Setup.php";

AutoLoader::registerNamespaces( [
	'MediaWiki\\Extension\\WikibaseDispatch\\Tests\\Integration\\' => __DIR__ . '/',
] );
