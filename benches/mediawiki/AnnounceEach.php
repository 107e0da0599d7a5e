<?php
/**
 * Maintenance script of the repo: does for each change in the buffer what the edit does that has written it, so that it
 * is dispatched. On the command line MediaWiki pushes lazily pushed jobs at once, which is what a web request does
 * after its response.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class AnnounceEach extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addOption( 'count', 'How many changes', true, true );
	}

	public function execute(): void {
		$edits = MediaWikiServices::getInstance()->getService( 'WikibaseDispatch.Edits' );
		for ( $left = (int)$this->getOption( 'count' ); $left > 0; $left-- ) {
			$edits->changesWritten();
		}
	}
}

$maintClass = AnnounceEach::class;
require_once RUN_MAINTENANCE_IF_MAIN;
