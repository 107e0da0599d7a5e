<?php
/**
 * Maintenance script of the repo: edits at a steady rate, each in a transaction of its own, and tells the extension
 * after each commit. Writes down when each change was committed.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class Editor extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addOption( 'changes', 'File with a change a line, as JSON', true, true );
		$this->addOption( 'rate', 'Changes a second, on average', true, true );
		$this->addOption( 'burst', 'So many at once (default: 1)', false, true );
		$this->addOption( 'result', 'File to write the times to', true, true );
	}

	public function execute(): void {
		$scheduler = MediaWikiServices::getInstance()->getService( 'WikibaseDispatch.Edits' );
		$dbw = $this->getDB( DB_PRIMARY );
		$burst = (int)$this->getOption( 'burst', 1 );
		$interval = $burst / (float)$this->getOption( 'rate' );
		$committed = [];
		$due = microtime( true );
		foreach ( file( $this->getOption( 'changes' ) ) as $i => $line ) {
			if ( $i % $burst === 0 ) {
				usleep( (int)max( 0, ( $due - microtime( true ) ) * 1e6 ) );
				$due += $interval;
			}
			$row = json_decode( $line, true );
			$this->beginTransaction( $dbw, __METHOD__ );
			$dbw->insert( 'wb_changes', $row, __METHOD__ );
			$id = $row['change_id'] ?? $dbw->insertId();
			$this->commitTransaction( $dbw, __METHOD__ );
			$committed[$id] = microtime( true );
			$scheduler->changesWritten();
		}
		file_put_contents( $this->getOption( 'result' ), json_encode( $committed ) );
	}
}

$maintClass = Editor::class;
require_once RUN_MAINTENANCE_IF_MAIN;
