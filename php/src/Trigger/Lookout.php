<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Trigger;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Finds changes that wait although nobody is going to look: the queue was emptied, or has given a job up.
 *
 * Requests to the repo come in anyway, edits or not, so one of them looks from time to time, when its answer has been
 * sent. How often is decided in the memory that all workers share, where it costs a request nothing; APCu could do the
 * same, but is not everywhere.
 */
class Lookout {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly TriggerScheduler $scheduler,
		private readonly WikiSettings $settings,
		private readonly ILBFactory $loadBalancers
	) {
	}

	/** To be called by requests. */
	public function requestCame(): void {
		if ( $this->settings->isRepo() && $this->native->lookoutGate()->changesWritten() !== null ) {
			DeferredUpdates::addCallableUpdate( $this->look( ... ) );
		}
	}

	private function look(): void {
		if ( $this->somethingWaits() ) {
			$this->scheduler->scheduleTrigger();
		}
	}

	/** By two rows of two indexes, of a replica. */
	private function somethingWaits(): bool {
		$clients = $this->settings->rollout()->clientsIn( RolloutState::On, RolloutState::Shadow );
		if ( $clients === [] ) {
			return false;
		}
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_REPLICA );
		$last = (int)$db->newSelectQueryBuilder()
			->select( 'MAX(change_id)' )
			->from( 'wb_changes' )
			->caller( __METHOD__ )
			->fetchField();
		$seen = $db->newSelectQueryBuilder()
			->select( 'MIN(chd_seen)' )
			->from( 'wb_changes_dispatch' )
			->where( [ 'chd_disabled' => 0, 'chd_site' => $clients ] )
			->caller( __METHOD__ )
			->fetchField();
		return $last > (int)$seen;
	}
}
