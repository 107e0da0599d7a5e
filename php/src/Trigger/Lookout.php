<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Trigger;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Finds changes that wait although nobody is going to look: the queue was emptied, or has given a job up.
 *
 * Requests to the repo come in anyway, edits or not, so one of them looks from time to time, when its answer has been
 * sent: {@see RequestHandler}.
 */
class Lookout {

	public function __construct(
		private readonly TriggerScheduler $scheduler,
		private readonly WikiSettings $settings,
		private readonly ILBFactory $loadBalancers
	) {
	}

	public function lookWhenAnswered(): void {
		if ( $this->settings->isRepo() ) {
			DeferredUpdates::addCallableUpdate( $this->look( ... ) );
		}
	}

	private function look(): void {
		if ( $this->somethingWaits() ) {
			$this->scheduler->scheduleTrigger();
		}
	}

	/**
	 * By two rows of two indexes, of a replica; and by one more while Wikibase serves some clients.
	 *
	 * A client that has left, but is ours by the configuration, counts: with the last edit a runner may have gone by
	 * an older one, and it is the trigger that brings the newer about.
	 */
	private function somethingWaits(): bool {
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_REPLICA );
		$last = (int)$db->newSelectQueryBuilder()
			->select( 'MAX(change_id)' )
			->from( 'wb_changes' )
			->caller( __METHOD__ )
			->fetchField();
		if ( !$this->settings->rollout()->isEverywhere( RolloutState::On ) && $this->wikibaseIsBehind( $db, $last ) ) {
			return true;
		}
		$clients = $this->settings->rollout()->clientsIn( RolloutState::On, RolloutState::Shadow );
		if ( $clients === [] ) {
			return false;
		}
		$seen = $db->newSelectQueryBuilder()
			->select( 'MIN(chd_seen)' )
			->from( 'wb_changes_dispatch' )
			->where( [ 'chd_disabled' => [ 0, RolloutStore::LEFT ], 'chd_site' => $clients ] )
			->caller( __METHOD__ )
			->fetchField();
		return $last > (int)$seen;
	}

	/** Whether Wikibase may have to be reminded of a change, which takes a trigger, and all of ours have seen it. */
	private function wikibaseIsBehind( IDatabase $db, int $last ): bool {
		$floor = $db->newSelectQueryBuilder()
			->select( 'cro_position' )
			->from( 'wb_changes_rollout' )
			->where( [ 'cro_site' => AppliedRollout::WIKIBASE, 'cro_state' => AppliedRollout::SERVING ] )
			->caller( __METHOD__ )
			->fetchField();
		return $floor !== false && $last > (int)$floor;
	}
}
