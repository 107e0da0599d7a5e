<?php
/**
 * Has this extension make and run a `DispatchChanges` job of the Wikibase that is here, with the classes that stand in
 * for Wikibase's own. PHP looks at their signatures only when they are loaded, and else they are only where a farm goes
 * over from Wikibase, or back.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use Maintenance;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\WikibaseJobs;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class Fits extends Maintenance {

	public function execute(): void {
		$services = MediaWikiServices::getInstance();
		$jobs = new WikibaseJobs(
			$services,
			WikibaseDispatchServices::rolloutStore( $services ),
			WikibaseDispatchServices::shadowRecord( $services ),
			WikibaseDispatchServices::wikiSettings( $services )
		);
		if ( !$jobs->forItsOwnClients( [ 'entityId' => 'Q1' ] )->run() ) {
			$this->fatalError( 'the job of Wikibase does not run' );
		}
	}
}

$maintClass = Fits::class;
require_once RUN_MAINTENANCE_IF_MAIN;
