<?php
/**
 * Maintenance script of a farm's repo: says once more that a change was written, as the next edit would. It shows that
 * an ordinary edit is enough to find what died runners have left behind.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class Announce extends Maintenance {

	public function execute(): void {
		MediaWikiServices::getInstance()->getService( 'WikibaseDispatch.Edits' )->changesWritten();
	}
}

$maintClass = Announce::class;
require_once RUN_MAINTENANCE_IF_MAIN;
