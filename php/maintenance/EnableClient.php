<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * For a client that was disabled and can be reached again.
 */
class EnableClient extends RepoScript {

	public function __construct() {
		parent::__construct();
		$this->describe( 'Dispatches to a client again that was disabled.' );
		$this->addArg( 'client', 'Site id of the client' );
		$this->addOption(
			'after',
			'Id of a change: what was written after it is delivered, as far as it is there still (0: everything). ' .
			'Default: what is written from now on.',
			false,
			true
		);
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$siteId = $this->getArg( 0 );
		$after = $this->getOption( 'after' );
		$seen = WikibaseDispatchServices::clientSwitch( $services )
			->enable( $siteId, $after === null ? null : $this->changeId( '--after', $after ) );
		$this->output( "$siteId gets what was written after change $seen.\n" );
		return true;
	}
}

$maintClass = EnableClient::class;
require_once RUN_MAINTENANCE_IF_MAIN;
