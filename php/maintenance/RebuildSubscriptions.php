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
 * Run on a client whose subscriptions may be wrong.
 */
class RebuildSubscriptions extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription(
			'Subscribes this wiki to the entities that its pages use and to the items that are linked with them, and ' .
			'unsubscribes it from all others. A rebuild that was interrupted is gone on with. Pages may be edited ' .
			'meanwhile.'
		);
		$this->addOption( 'job', 'Leave it to the job queue.' );
		$this->addOption( 'show', 'Do nothing, and show how far the last rebuild has come.' );
		$this->requireExtension( 'WikibaseDispatch' );
	}

	/**
	 * @inheritDoc
	 */
	public function execute() {
		$rebuild = WikibaseDispatchServices::subscriptionRebuild( MediaWikiServices::getInstance() );
		if ( !$rebuild->isPossible() ) {
			$this->fatalError( 'the repo has no table wb_changes_rebuild: run update.php there' );
		}
		if ( $this->hasOption( 'show' ) ) {
			$state = $rebuild->state();
			$this->output( $state === null ? "there was no rebuild yet\n" :
				"begun at {$state->started}, last step at {$state->touched}; {$state->text()}\n" );
			return true;
		}
		$state = $rebuild->begin();
		if ( $this->hasOption( 'job' ) ) {
			$rebuild->leaveToJobs();
			$this->output( "a job rebuilds the subscriptions; --show tells how far it is\n" );
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
