<?php
/**
 * Maintenance script: prints which versions of what run here.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use Maintenance;
use MediaWiki\Registration\ExtensionRegistry;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class Versions extends Maintenance {

	public function execute(): void {
		$extensions = ExtensionRegistry::getInstance()->getAllThings();
		$this->output( implode( ', ', [
			'MediaWiki ' . MW_VERSION,
			'Wikibase in ' . basename( dirname( $extensions['WikibaseRepository']['path'] ) ),
			'PHP ' . PHP_VERSION,
			'module ' . phpversion( 'wikibase_dispatch' ),
		] ) . "\n" );
	}
}

$maintClass = Versions::class;
require_once RUN_MAINTENANCE_IF_MAIN;
