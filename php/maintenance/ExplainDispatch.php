<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Sentence;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\PlainText;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * For an admin who asks why a change has not arrived.
 */
class ExplainDispatch extends RepoScript {

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Explains what a client is waiting for; or which clients were or will be notified of a change, and why.'
		);
		$this->addArg( 'client', 'Site ID of the client; with --change: explain only for this client', false );
		$this->addOption( 'change', 'ID of the change to explain', false, true );
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$siteId = $this->getArg( 0 );
		$change = $this->getOption( 'change' );
		if ( $change !== null ) {
			$changeId = $this->changeId( '--change', $change );
			$lines = array_map(
				static fn ( Sentence $sentence ) => [ $sentence ],
				WikibaseDispatchServices::changeExplainer( $services )->explain( $changeId, $siteId )
			);
		} elseif ( $siteId !== null ) {
			$lines = WikibaseDispatchServices::clientExplainer( $services )->explain( $siteId );
		} else {
			$this->fatalError( 'Give the site ID of a client, or --change ID.', self::REFUSED );
		}
		$this->output( implode( "\n", array_map( PlainText::inEnglish()->paragraph( ... ), $lines ) ) . "\n" );
		return true;
	}
}

$maintClass = ExplainDispatch::class;
require_once RUN_MAINTENANCE_IF_MAIN;
