<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Command;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * For a client that was disabled and can be reached again.
 */
class EnableClient extends RepoScript {

	public function __construct() {
		parent::__construct();
		$this->describe( 'Resumes dispatching to a client that was disabled.' );
		$this->addArg( 'client', 'Site ID of the client' );
		$this->addOption(
			'after',
			'ID of a change: deliver the changes after it that have not been pruned yet (0: all of them). ' .
			'Default: deliver only changes written from now on.',
			false,
			true
		);
		$this->askForReason();
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$siteId = $this->getArg( 0 );
		$after = $this->getOption( 'after' );
		$position = $after === null ? null : $this->changeId( '--after', $after );
		$outcome = WikibaseDispatchServices::clientManagement( $services )
			->carryOut( Command::enable( $siteId, $position ), $this->order() );
		$this->output( "$siteId is enabled and receives all changes after ID {$outcome->after['seen']}.\n" );
		return true;
	}
}

$maintClass = EnableClient::class;
require_once RUN_MAINTENANCE_IF_MAIN;
