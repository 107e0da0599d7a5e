<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Rollout;

use Closure;
use RuntimeException;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The tables of a rollout, on the repo: `wb_changes_rollout` says who dispatches to whom, and `wb_changes_handed` which
 * changes Wikibase's own dispatching has handed over that are still in the buffer because ours needs them.
 *
 * Everything is read from the primary: a decision taken on old rows could lose a change.
 */
class RolloutStore {

	private const LOCK = 'WikibaseDispatch.rollout';
	private const LOCK_TIMEOUT = 15;
	private const BATCH = 500;

	/** `chd_disabled` of a client that has left; what an admin has disabled is 1. */
	public const LEFT = 2;

	/** Rows of one statement. */
	private const ROWS = 500;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	public function load(): AppliedRollout {
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

	/** Does something that no other process does at the same time. */
	public function alone( Closure $work ): void {
		$this->commit();
		$lock = $this->db()->getScopedLockAndFlush( self::LOCK, __METHOD__, self::LOCK_TIMEOUT );
		if ( !$lock ) {
			throw new RuntimeException( 'cannot change the rollout: another process has been doing so for too long' );
		}
		$work();
		$this->commit();
	}

	/** Does something of which others see all or nothing. */
	public function atOnce( Closure $work ): void {
		$db = $this->db();
		$db->startAtomic( __METHOD__ );
		$work();
		$db->endAtomic( __METHOD__ );
		$this->commit();
	}

	/**
	 * Ends the transaction that reading may have begun, too: native code writes by a connection of its own, and on
	 * SQLite it would wait for ours.
	 */
	public function commit(): void {
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}

	public function put( string $name, string $state, int $position = 0 ): void {
		$values = [ 'cro_state' => $state, 'cro_position' => $position ];
		$this->db()->upsert(
			'wb_changes_rollout', [ 'cro_site' => $name ] + $values, [ [ 'cro_site' ] ], $values, __METHOD__
		);
	}

	/**
	 * @param list<string> $names
	 */
	public function remove( array $names ): void {
		if ( $names !== [] ) {
			$this->db()->delete( 'wb_changes_rollout', [ 'cro_site' => $names ], __METHOD__ );
		}
	}

	/** The last change of the buffer that can be seen. */
	public function lastChange(): int {
		return (int)$this->db()->newSelectQueryBuilder()
			->select( 'MAX(change_id)' )->from( 'wb_changes' )->caller( __METHOD__ )->fetchField();
	}

	/**
	 * Has our dispatching to clients begin after a change.
	 *
	 * @param array<string,string> $clients site id => database domain
	 * @param int $seen
	 */
	public function start( array $clients, int $seen ): void {
		$db = $this->db();
		foreach ( array_chunk( $clients, self::ROWS, true ) as $some ) {
			$rows = [];
			foreach ( $some as $site => $domain ) {
				$rows[] = [ 'chd_site' => (string)$site, 'chd_db' => substr( $domain, 0, 32 ), 'chd_seen' => $seen ];
			}
			$db->insert( 'wb_changes_dispatch', $rows, __METHOD__, [ 'IGNORE' ] );
			$sites = array_column( $rows, 'chd_site' );
			if ( $seen > 0 ) {
				$db->update(
					'wb_changes_dispatch',
					[ 'chd_seen' => $seen ],
					[ 'chd_site' => $sites, 'chd_seen < ' . $seen ],
					__METHOD__
				);
			}
			$db->update(
				'wb_changes_dispatch',
				[ 'chd_disabled' => 0 ],
				[ 'chd_site' => $sites, 'chd_disabled' => self::LEFT ],
				__METHOD__
			);
		}
	}

	/**
	 * Has our dispatching to a client begin again after a change, although it has seen more: it only looked. A pass
	 * that is under way loses its claim.
	 */
	public function startAgain( string $site, string $domain, int $seen ): void {
		$this->start( [ $site => $domain ], $seen );
		$this->db()->update(
			'wb_changes_dispatch',
			[ 'chd_seen' => $seen, 'chd_lock' => null ],
			[ 'chd_site' => $site ],
			__METHOD__
		);
	}

	/** Ends our dispatching to a client. Its state stays: a runner that knows of it still would make a new one. */
	public function stop( string $site ): void {
		$this->db()->update(
			'wb_changes_dispatch',
			[ 'chd_disabled' => self::LEFT ],
			[ 'chd_site' => $site, 'chd_disabled' => 0 ],
			__METHOD__
		);
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
	 * The first changes in a range that Wikibase's own dispatching has not handed over.
	 *
	 * @return list<array{id:int,entityId:string,time:string}>
	 */
	public function unhanded( int $after, int $upTo, int $limit ): array {
		$db = $this->db();
		$result = $db->newSelectQueryBuilder()
			->select( [ 'change_id', 'change_object_id', 'change_time' ] )
			->from( 'wb_changes' )
			->leftJoin( 'wb_changes_handed', null, 'ch_change_id = change_id' )
			->where( [ "change_id > $after", "change_id <= $upTo", 'ch_change_id' => null ] )
			->orderBy( 'change_id' )
			->limit( $limit )
			->caller( __METHOD__ )
			->fetchResultSet();
		$changes = [];
		foreach ( $result as $row ) {
			$changes[] = [
				'id' => (int)$row->change_id,
				'entityId' => $row->change_object_id,
				'time' => wfTimestamp( TS_MW, $row->change_time ),
			];
		}
		return $changes;
	}

	/**
	 * @param list<int> $ids
	 */
	public function noteHanded( array $ids ): void {
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

	/** Whether there are notes of changes that Wikibase's own dispatching has handed over. */
	public function isSomethingHanded(): bool {
		return $this->db()->newSelectQueryBuilder()
			->select( 'ch_change_id' )
			->from( 'wb_changes_handed' )
			->limit( 1 )
			->caller( __METHOD__ )
			->fetchField() !== false;
	}

	/** Raises the floor: notes up to there say nothing any more. */
	public function raiseFloor( int $floor ): void {
		$db = $this->db();
		$db->update(
			'wb_changes_rollout',
			[ 'cro_position' => $floor ],
			[
				'cro_site' => AppliedRollout::WIKIBASE,
				'cro_state' => AppliedRollout::SERVING,
				"cro_position < $floor",
			],
			__METHOD__
		);
		$db->delete( 'wb_changes_handed', [ "ch_change_id <= $floor" ], __METHOD__ );
		$this->commit();
	}

	/**
	 * Deletes the changes that Wikibase's own dispatching would have deleted, had ours not needed them: everybody has
	 * them. With them go all notes, of changes that are gone already, too.
	 */
	public function deleteHandedChanges( int $floor ): void {
		$this->deleteWhile( fn () => $this->db()->newSelectQueryBuilder()
			->select( 'change_id' )
			->from( 'wb_changes' )
			->where( "change_id <= $floor" )
			->limit( self::BATCH )
			->caller( __METHOD__ )
			->fetchFieldValues() );
		$this->deleteWhile( fn () => $this->db()->newSelectQueryBuilder()
			->select( 'ch_change_id' )
			->from( 'wb_changes_handed' )
			->limit( self::BATCH )
			->caller( __METHOD__ )
			->fetchFieldValues() );
	}

	/**
	 * Deletes changes, and that they were handed over, a batch at a time.
	 *
	 * @param Closure():list<string> $next gives the ids of the next batch, which is the last if it is not full
	 */
	private function deleteWhile( Closure $next ): void {
		do {
			$ids = $next();
			if ( $ids !== [] ) {
				$this->db()->delete( 'wb_changes', [ 'change_id' => $ids ], __METHOD__ );
				$this->db()->delete( 'wb_changes_handed', [ 'ch_change_id' => $ids ], __METHOD__ );
				$this->commit();
				$this->loadBalancers->waitForReplication();
			}
		} while ( count( $ids ) === self::BATCH );
	}

	private function db(): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}
}
