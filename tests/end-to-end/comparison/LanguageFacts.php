<?php
/**
 * Maintenance script: prints what depends on a wiki's language, as JSON. `namespaces`: what they are called, in small
 * letters, with all that they may be called besides, name => number. `separator`: what stands between the items of a
 * list.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class LanguageFacts extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Prints the names of namespaces, and how a list is written' );
	}

	public function execute(): void {
		$services = MediaWikiServices::getInstance();
		$canonical = array_map( 'mb_strtolower', $services->getNamespaceInfo()->getCanonicalNamespaces() );
		$language = $services->getContentLanguage();
		$this->output( json_encode( [
			'namespaces' => $language->getNamespaceIds() + array_flip( $canonical ),
			'separator' => trim( $language->semicolonList( [ '|', '|' ] ), '|' ),
		] ) . "\n" );
	}
}

$maintClass = LanguageFacts::class;
require_once RUN_MAINTENANCE_IF_MAIN;
