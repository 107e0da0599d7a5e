<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnusableModuleException;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UnknownRepoException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Order;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Outcome;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use Wikimedia\Rdbms\DBError;

require_once __DIR__ . '/CheckedScript.php';

/**
 * For a client whose subscriptions may be wrong.
 */
class RebuildSubscriptions extends CheckedScript {

	public function __construct() {
		parent::__construct();
		$this->addDescription(
			'Subscribes this wiki to the entities that its pages use and to the items linked to them, and ' .
			'unsubscribes it from all others. Resumes an interrupted rebuild. Pages may be edited meanwhile. ' .
			'Run it on a client.'
		);
		$this->addOption( 'job', 'Leave it to the job queue' );
		$this->addOption( 'show', 'Only show how far the last rebuild has come' );
		$this->addOption( 'reason', 'Reason for the log (Special:Log/wikibasedispatch)', false, true );
		$this->requireExtension( 'WikibaseDispatch' );
	}

	/**
	 * @inheritDoc
	 */
	public function execute() {
		try {
			$this->rebuild( MediaWikiServices::getInstance() );
		} catch ( UnknownRepoException | UnrecognisedDomainException | UnusableModuleException
			| InvalidExtensionSettingException | DBError $e
		) {
			$this->fatalError( $e->getMessage(), self::REFUSED );
		}
		return true;
	}

	private function rebuild( MediaWikiServices $services ): void {
		$rebuild = WikibaseDispatchServices::subscriptionRebuild( $services );
		if ( !$rebuild->isPossible() ) {
			$this->fatalError(
				'The repo has no table wb_changes_rebuild. Run maintenance/update.php there.', self::REFUSED
			);
		}
		$state = $rebuild->state();
		if ( $this->hasOption( 'show' ) ) {
			$this->output( $state === null ? "There has been no rebuild yet.\n" :
				"Started at {$state->started}, last step at {$state->touched}: {$state->text()}\n" );
			return;
		}
		// First, because it may fail, and nothing is to be done without a record.
		$order = Order::ofScript( (string)$this->getOption( 'reason', '' ) );
		$before = $state?->phase->value;
		$state = $rebuild->begin();
		WikibaseDispatchServices::actionLog( $services )->record(
			Outcome::ofRebuild(
				WikibaseDispatchServices::clientSettings( $services )->siteId(), $before, $state->phase->value
			),
			$order
		);
		if ( $this->hasOption( 'job' ) ) {
			$rebuild->leaveToJobs();
			$this->output( "A job rebuilds the subscriptions; --show shows how far it is.\n" );
			return;
		}
		while ( !$state->isDone() ) {
			$state = $rebuild->step( $state );
			$this->output( "{$state->text()}\n" );
		}
	}
}

$maintClass = RebuildSubscriptions::class;
require_once RUN_MAINTENANCE_IF_MAIN;
