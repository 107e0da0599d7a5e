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
 * Run on the repo when a client is closed, or cannot be reached for long.
 */
class DisableClient extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription(
			'Stops dispatching to a client. Changes are no longer kept for it, so it does not hold back pruning.'
		);
		$this->addArg( 'client', 'Site id of the client' );
		$this->requireExtension( 'WikibaseDispatch' );
	}

	/**
	 * @inheritDoc
	 */
	public function execute() {
		$siteId = $this->getArg( 0 );
		try {
			WikibaseDispatchServices::clientSwitch( MediaWikiServices::getInstance() )->disable( $siteId );
		} catch ( UnknownClientStateException $e ) {
			$this->fatalError( $e->getMessage() );
		}
		$this->output( "$siteId is disabled.\n" );
	}
}

$maintClass = DisableClient::class;
require_once RUN_MAINTENANCE_IF_MAIN;
