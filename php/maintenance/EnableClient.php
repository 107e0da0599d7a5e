<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use Maintenance;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\UnknownClientStateException;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

$IP = getenv( 'MW_INSTALL_PATH' ) ?: __DIR__ . '/../../..';
require_once "$IP/maintenance/Maintenance.php";

/**
 * Run on the repo when a client that was disabled can be reached again.
 */
class EnableClient extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Dispatches to a client again that was disabled.' );
		$this->addArg( 'client', 'Site id of the client' );
		$this->addOption(
			'after',
			'Id of a change: what was written after it is delivered, as far as it is there still (0: everything). ' .
			'Default: what is written from now on.',
			false,
			true
		);
		$this->requireExtension( 'WikibaseDispatch' );
	}

	/**
	 * @inheritDoc
	 */
	public function execute() {
		$siteId = $this->getArg( 0 );
		$after = $this->getOption( 'after' );
		if ( $after !== null && !preg_match( '/^\d{1,10}$/', $after ) ) {
			$this->fatalError( "--after takes the id of a change, not '$after'" );
		}
		try {
			$seen = WikibaseDispatchServices::clientSwitch( MediaWikiServices::getInstance() )
				->enable( $siteId, $after === null ? null : (int)$after );
		} catch ( UnknownClientStateException $e ) {
			$this->fatalError( $e->getMessage() );
		}
		$this->output( "$siteId gets what was written after change $seen.\n" );
	}
}

$maintClass = EnableClient::class;
require_once RUN_MAINTENANCE_IF_MAIN;
