<?php
/**
 * Maintenance script of a farm's repo: writes the real changes into the change buffer the way edits do, in
 * transactions, and after each commit tells the extension that changes were written.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;
use WikibaseDispatchTests\Data;
use WikibaseDispatchTests\MixedForms;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';
require_once __DIR__ . '/../lib/autoload.php';

class WriteChanges extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Writes the real changes into the change buffer, as edits do' );
		$this->addOption( 'data', 'Folder of the data', false, true );
		$this->addOption( 'per-transaction', 'Changes a transaction (default: 100)', false, true );
		$this->addOption( 'after', 'Leave out the first so many changes (default: 0)', false, true );
		$this->addOption( 'count', 'Only so many changes', false, true );
		$this->addOption( 'mixed-forms', 'Half of them in the form of Wikibase 1.45' );
		$this->addOption( 'unannounced', 'Tell nobody: for a farm without the extension' );
	}

	public function execute(): void {
		$data = new Data( $this->getOption( 'data', Data::DEFAULT_FOLDER ) );
		$size = (int)$this->getOption( 'per-transaction', 100 );
		$after = (int)$this->getOption( 'after', 0 );
		$left = (int)$this->getOption( 'count', PHP_INT_MAX );
		$batch = [];
		foreach ( $data->rows( 'wb_changes' ) as $at => $row ) {
			if ( $at < $after ) {
				continue;
			}
			if ( $left-- <= 0 ) {
				break;
			}
			$batch[] = $this->hasOption( 'mixed-forms' ) ? MixedForms::of( $row ) : $row;
			if ( count( $batch ) === $size ) {
				$this->write( $batch );
				$batch = [];
			}
		}
		if ( $batch ) {
			$this->write( $batch );
		}
	}

	/**
	 * @param list<array<string,?string>> $changes
	 */
	private function write( array $changes ): void {
		$dbw = $this->getDB( DB_PRIMARY );
		$this->beginTransaction( $dbw, __METHOD__ );
		$dbw->insert( 'wb_changes', $changes, __METHOD__ );
		$this->commitTransaction( $dbw, __METHOD__ );
		if ( !$this->hasOption( 'unannounced' ) ) {
			MediaWikiServices::getInstance()->getService( 'WikibaseDispatch.Edits' )
				->changesWritten( count( $changes ) );
		}
	}
}

$maintClass = WriteChanges::class;
require_once RUN_MAINTENANCE_IF_MAIN;
