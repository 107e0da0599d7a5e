<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Disables a client that is closed or cannot be reached, so that it holds back no pruning, and enables it again.
 */
class ClientSwitch {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly ILBFactory $loadBalancers
	) {
	}

	/** From now on the client gets nothing, and what is written is not kept for it. */
	public function disable( string $siteId ): void {
		$this->update( $siteId, [ 'chd_disabled' => 1 ] );
	}

	/**
	 * The client gets what is written from now on, or after a change. A rest after failures is over.
	 *
	 * @param string $siteId
	 * @param int|null $after id of a change; null: the last one that no edit can come before any more
	 * @return int the change after which it begins
	 */
	public function enable( string $siteId, ?int $after ): int {
		$after ??= $this->native->dispatcher()->horizon();
		$this->update( $siteId, [ 'chd_disabled' => 0, 'chd_seen' => $after, 'chd_lock' => null ] );
		return $after;
	}

	private function update( string $siteId, array $values ): void {
		$db = $this->db();
		$known = $db->newSelectQueryBuilder()
			->select( 'chd_site' )
			->from( 'wb_changes_dispatch' )
			->where( [ 'chd_site' => $siteId ] )
			->caller( __METHOD__ )
			->fetchField();
		if ( $known === false ) {
			throw new UnknownClientStateException( $siteId );
		}
		$db->update( 'wb_changes_dispatch', $values, [ 'chd_site' => $siteId ], __METHOD__ );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}

	private function db(): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}
}
