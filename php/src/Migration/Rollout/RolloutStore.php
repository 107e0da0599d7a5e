<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Rollout;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnsupportedDatabaseException;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\ILoadBalancer;

/**
 * The tables of a rollout, on the repo: `wb_changes_rollout` says who dispatches to whom, and `wb_changes_handed` which
 * changes Wikibase's own dispatching has handed over that are still in the buffer because ours needs them.
 *
 * Native code writes them; here is only what must happen inside of Wikibase's own job. Everything is read from the
 * primary: a decision taken on old rows could lose a change.
 */
class RolloutStore {

	/** Rows of one statement. */
	private const BATCH = 500;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @throws UnsupportedDatabaseException
	 */
	public function load(): AppliedRollout {
		( new RepoConnection( $this->loadBalancers ) )->requireSupported();
		$result = $this->db()->newSelectQueryBuilder()
			->select( [ 'cro_site', 'cro_state', 'cro_position' ] )
			->from( 'wb_changes_rollout' )
			->caller( __METHOD__ )
			->fetchResultSet();
		$rows = [];
		foreach ( $result as $row ) {
			$rows[$row->cro_site] = [ 'state' => $row->cro_state, 'position' => (int)$row->cro_position ];
		}
		return new AppliedRollout( $rows );
	}

	/**
	 * Ends the transaction that reading may have begun, too: native code writes by a connection of its own, and on
	 * SQLite it would wait for ours.
	 */
	public function commit(): void {
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}

	/** The last change of the buffer that can be seen. */
	public function lastChange(): int {
		return (int)$this->db()->newSelectQueryBuilder()
			->select( 'MAX(change_id)' )->from( 'wb_changes' )->caller( __METHOD__ )->fetchField();
	}

	/**
	 * @param list<string> $sites
	 * @return array<string,int> what these clients have seen, but for those that are disabled
	 */
	public function seen( array $sites ): array {
		$seen = [];
		if ( $sites !== [] ) {
			$result = $this->db()->newSelectQueryBuilder()
				->select( [ 'chd_site', 'chd_seen' ] )
				->from( 'wb_changes_dispatch' )
				->where( [ 'chd_site' => $sites, 'chd_disabled' => 0 ] )
				->caller( __METHOD__ )
				->fetchResultSet();
			foreach ( $result as $row ) {
				$seen[$row->chd_site] = (int)$row->chd_seen;
			}
		}
		return $seen;
	}

	/**
	 * Wikibase's own dispatching has handed changes over: they are deleted if it serves every client, and noted if not.
	 * Which of the two is the case is read as of now, not as of the beginning of the job's transaction, where the
	 * database can. It is not locked: a change that is deleted has reached everybody, whatever is rolled out since;
	 * and a note too many goes with the next trigger.
	 *
	 * @param list<int> $ids
	 * @param Closure():void $delete
	 */
	public function handedOver( array $ids, Closure $delete ): void {
		$wikibase = $this->loadBalancers->getMainLB()
			->getConnection( DB_PRIMARY, [], false, ILoadBalancer::CONN_TRX_AUTOCOMMIT )
			->newSelectQueryBuilder()
			->select( 'cro_state' )
			->from( 'wb_changes_rollout' )
			->where( [ 'cro_site' => AppliedRollout::WIKIBASE ] )
			->caller( __METHOD__ )
			->fetchField();
		if ( $wikibase === false ) {
			$delete();
		} else {
			$this->noteHanded( $ids );
		}
	}

	/**
	 * @param list<int> $ids
	 * @return list<int> those of them that Wikibase's own dispatching has handed over
	 */
	public function handedAmong( array $ids ): array {
		$handed = [];
		foreach ( array_chunk( $ids, self::BATCH ) as $some ) {
			array_push( $handed, ...$this->db()->newSelectQueryBuilder()
				->select( 'ch_change_id' )
				->from( 'wb_changes_handed' )
				->where( [ 'ch_change_id' => $some ] )
				->caller( __METHOD__ )
				->fetchFieldValues() );
		}
		return array_map( 'intval', $handed );
	}

	/**
	 * @param list<int> $ids
	 */
	private function noteHanded( array $ids ): void {
		$db = $this->db();
		foreach ( array_chunk( $ids, self::BATCH ) as $some ) {
			$db->insert(
				'wb_changes_handed',
				array_map( static fn ( int $id ) => [ 'ch_change_id' => $id ], $some ),
				__METHOD__,
				[ 'IGNORE' ]
			);
		}
	}

	private function db(): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}
}
