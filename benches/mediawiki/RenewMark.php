<?php
/**
 * Maintenance script of a client: has it say about itself which notifications it takes, as its jobs do now and then.
 */

declare( strict_types = 1 );

use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class RenewMark extends Maintenance {

	public function execute(): void {
		if ( !WikibaseDispatchServices::ownMark( MediaWikiServices::getInstance() )->renew() ) {
			$this->fatalError( 'This wiki cannot say which notifications it takes.' );
		}
	}
}

$maintClass = RenewMark::class;
require_once RUN_MAINTENANCE_IF_MAIN;
