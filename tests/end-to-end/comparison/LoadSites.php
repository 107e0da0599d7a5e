<?php
/**
 * Maintenance script: makes sites known to a wiki, with the interwiki prefixes that the real one had for them: their
 * ids, or these without their ending.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class LoadSites extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Makes sites known to a wiki of the farm' );
		$this->addOption( 'whole', 'Their prefixes are their ids' );
		$this->addArg( 'site', 'Site ids', true, true );
	}

	public function execute(): void {
		$sites = [];
		foreach ( $this->parameters->getArgs() as $siteId ) {
			$site = new MediaWikiSite();
			$site->setGlobalId( $siteId );
			$site->addInterwikiId( $this->hasOption( 'whole' ) ? $siteId : preg_replace( '/wiki$/', '', $siteId ) );
			$sites[] = $site;
		}
		MediaWikiServices::getInstance()->getSiteStore()->saveSites( $sites );
	}
}

$maintClass = LoadSites::class;
require_once RUN_MAINTENANCE_IF_MAIN;
