<?php
/**
 * Maintenance script: prints what a wiki's namespaces are called, in small letters, with all that they may be called
 * besides, as JSON: name => number.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class Namespaces extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Prints the names of namespaces' );
	}

	public function execute(): void {
		$services = MediaWikiServices::getInstance();
		$canonical = array_map( 'mb_strtolower', $services->getNamespaceInfo()->getCanonicalNamespaces() );
		$names = $services->getContentLanguage()->getNamespaceIds() + array_flip( $canonical );
		$this->output( json_encode( $names ) . "\n" );
	}
}

$maintClass = Namespaces::class;
require_once RUN_MAINTENANCE_IF_MAIN;
