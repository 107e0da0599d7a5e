<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Command;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * For a client that is closed, or cannot be reached for a long time.
 */
class DisableClient extends RepoScript {

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Stops dispatching to a client. Changes are no longer kept for it, so it does not hold up pruning.'
		);
		$this->addArg( 'client', 'Site ID of the client' );
		$this->askForReason();
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$siteId = $this->getArg( 0 );
		$outcome = WikibaseDispatchServices::clientManagement( $services )
			->carryOut( Command::disable( $siteId ), $this->order() );
		$this->output( $outcome->isDone ? "$siteId is disabled.\n" : "$siteId is already disabled.\n" );
		return true;
	}
}

$maintClass = DisableClient::class;
require_once RUN_MAINTENANCE_IF_MAIN;
