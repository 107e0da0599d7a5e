<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use Maintenance;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnusableModuleException;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

$IP = getenv( 'MW_INSTALL_PATH' ) ?: __DIR__ . '/../../..';
require_once "$IP/maintenance/Maintenance.php";

/**
 * For a client whose subscriptions may be wrong.
 */
class RebuildSubscriptions extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription(
			'Subscribes this wiki to the entities that its pages use and to the items linked to them, and ' .
			'unsubscribes it from all others. Resumes an interrupted rebuild. Pages may be edited meanwhile. ' .
			'Run it on a client.'
		);
		$this->addOption( 'job', 'Leave it to the job queue' );
		$this->addOption( 'show', 'Only show how far the last rebuild has come' );
		$this->requireExtension( 'WikibaseDispatch' );
	}

	/**
	 * @inheritDoc
	 */
	public function execute() {
		$rebuild = WikibaseDispatchServices::subscriptionRebuild( MediaWikiServices::getInstance() );
		if ( !$rebuild->isPossible() ) {
			$this->fatalError( 'The repo has no table wb_changes_rebuild. Run maintenance/update.php there.' );
		}
		if ( $this->hasOption( 'show' ) ) {
			$state = $rebuild->state();
			$this->output( $state === null ? "There has been no rebuild yet.\n" :
				"Started at {$state->started}, last step at {$state->touched}: {$state->text()}\n" );
			return true;
		}
		$state = $rebuild->begin();
		if ( $this->hasOption( 'job' ) ) {
			$rebuild->leaveToJobs();
			$this->output( "A job rebuilds the subscriptions; --show shows how far it is.\n" );
			return true;
		}
		try {
			while ( !$state->isDone() ) {
				$state = $rebuild->step( $state );
				$this->output( "{$state->text()}\n" );
			}
		} catch ( UnusableModuleException $e ) {
			$this->fatalError( $e->getMessage() );
		}
		return true;
	}
}

$maintClass = RebuildSubscriptions::class;
require_once RUN_MAINTENANCE_IF_MAIN;
