<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * For who asks why a change has not arrived.
 */
class ExplainDispatch extends RepoScript {

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Says why a client is not dispatched to right now; or who was or will be told of a change, and why.'
		);
		$this->addArg( 'client', 'Site id of the client; with --change: only that one', false );
		$this->addOption( 'change', 'Id of the change that is asked about', false, true );
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$siteId = $this->getArg( 0 );
		$change = $this->getOption( 'change' );
		if ( $change !== null ) {
			$changeId = $this->changeId( '--change', $change );
			$sentences = WikibaseDispatchServices::changeExplainer( $services )->explain( $changeId, $siteId );
		} elseif ( $siteId !== null ) {
			$sentences = WikibaseDispatchServices::clientExplainer( $services )->explain( $siteId );
		} else {
			$this->fatalError( 'explain what? Give the site id of a client, or --change ID.', self::REFUSED );
		}
		$this->output( implode( "\n", $sentences ) . "\n" );
		return true;
	}
}

$maintClass = ExplainDispatch::class;
require_once RUN_MAINTENANCE_IF_MAIN;
