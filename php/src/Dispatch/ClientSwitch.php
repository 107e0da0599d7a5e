<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Disables a client that is closed or cannot be reached, so that it holds back no pruning, and enables it again.
 */
class ClientSwitch {

	private const ENABLED = 0;
	private const DISABLED = 1;

	public function __construct(
		private readonly NativeFactory $native,
		private readonly TriggerScheduler $scheduler,
		private readonly ILBFactory $loadBalancers
	) {
	}

	/**
	 * From now on the client gets nothing, and what is written is not kept for it. A pass that is under way ends.
	 *
	 * @return bool whether it was enabled
	 * @throws RefusedException
	 */
	public function disable( string $siteId ): bool {
		return $this->update( $siteId, self::ENABLED, [ 'chd_disabled' => self::DISABLED ] );
	}

	/**
	 * The client gets what is written from now on, or after a change. A rest after failures is over.
	 *
	 * @param string $siteId
	 * @param int|null $after id of a change; null: the last one that no edit can come before any more
	 * @return int the change after which it begins
	 * @throws RefusedException
	 */
	public function enable( string $siteId, ?int $after ): int {
		$horizon = $this->native->dispatcher()->horizon();
		$after ??= $horizon;
		if ( $after > $horizon ) {
			throw RefusedException::beyondHorizon( $siteId, $after, $horizon );
		}
		$values = [ 'chd_disabled' => self::ENABLED, 'chd_seen' => $after, 'chd_lock' => null ];
		if ( !$this->update( $siteId, self::DISABLED, $values ) ) {
			throw RefusedException::notDisabled( $siteId );
		}
		$this->scheduler->scheduleTrigger();
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		return $after;
	}

	/**
	 * @param string $siteId
	 * @param int $is what the row has to say of whether it is disabled
	 * @param array<string,mixed> $values
	 * @return bool whether it did
	 */
	private function update( string $siteId, int $is, array $values ): bool {
		$db = $this->db();
		$was = $db->newSelectQueryBuilder()
			->select( 'chd_disabled' )
			->from( 'wb_changes_dispatch' )
			->where( [ 'chd_site' => $siteId ] )
			->caller( __METHOD__ )
			->fetchField();
		if ( $was === false ) {
			throw RefusedException::unknownClient( $siteId );
		}
		if ( (int)$was === RolloutStore::LEFT ) {
			throw RefusedException::ofWikibase( $siteId );
		}
		$db->update(
			'wb_changes_dispatch', $values, [ 'chd_site' => $siteId, 'chd_disabled' => $is ], __METHOD__
		);
		$isDone = $db->affectedRows() === 1;
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		return $isDone;
	}

	private function db(): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}
}
