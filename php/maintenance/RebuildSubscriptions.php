<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnusableModuleException;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionRebuild;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UnknownRepoException;
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
		$this->requireExtension( 'WikibaseDispatch' );
	}

	/**
	 * @inheritDoc
	 */
	public function execute() {
		try {
			$this->rebuild( WikibaseDispatchServices::subscriptionRebuild( MediaWikiServices::getInstance() ) );
		} catch ( UnknownRepoException | UnrecognisedDomainException | UnusableModuleException
			| InvalidExtensionSettingException | DBError $e
		) {
			$this->fatalError( $e->getMessage(), self::REFUSED );
		}
		return true;
	}

	private function rebuild( SubscriptionRebuild $rebuild ): void {
		if ( !$rebuild->isPossible() ) {
			$this->fatalError(
				'The repo has no table wb_changes_rebuild. Run maintenance/update.php there.', self::REFUSED
			);
		}
		if ( $this->hasOption( 'show' ) ) {
			$state = $rebuild->state();
			$this->output( $state === null ? "There has been no rebuild yet.\n" :
				"Started at {$state->started}, last step at {$state->touched}: {$state->text()}\n" );
			return;
		}
		$state = $rebuild->begin();
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
