<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use Closure;
use Wikimedia\Rdbms\IDatabase;

/**
 * `wb_changes_subscription` of the repo.
 */
class SubscriptionTable {

	private const NAME = 'wb_changes_subscription';

	public function __construct( private readonly RepoDatabase $repo ) {
	}

	/**
	 * Does something of which others see all or nothing.
	 *
	 * @param Closure $work
	 * @return mixed what it returns
	 */
	public function atOnce( Closure $work ): mixed {
		$db = $this->db();
		$db->startAtomic( __METHOD__ );
		$result = $work();
		$db->endAtomic( __METHOD__ );
		return $result;
	}

	/**
	 * Keeps everybody else from ending subscriptions of a wiki, and from finding them there, until the transaction
	 * ends.
	 *
	 * On SQLite it is the update that holds them, though it changes nothing, because a locking read holds nothing
	 * there. Elsewhere it is the read, which tells of exactly those that it holds.
	 *
	 * @param string $siteId
	 * @param non-empty-list<string> $entities
	 * @return list<string> those that the wiki is subscribed to
	 */
	public function hold( string $siteId, array $entities ): array {
		$wanted = [ 'cs_subscriber_id' => $siteId, 'cs_entity_id' => $entities ];
		$this->db()->update( self::NAME, [ 'cs_subscriber_id' => $siteId ], $wanted, __METHOD__ );
		return $this->db()->newSelectQueryBuilder()
			->select( 'cs_entity_id' )
			->from( self::NAME )
			->where( $wanted )
			->forUpdate()
			->caller( __METHOD__ )
			->fetchFieldValues();
	}

	/**
	 * @param string $siteId
	 * @param list<string> $entities
	 * @return list<string> those that the wiki is subscribed to
	 */
	public function subscribed( string $siteId, array $entities ): array {
		return $entities === [] ? [] : $this->db()->newSelectQueryBuilder()
			->select( 'cs_entity_id' )
			->from( self::NAME )
			->where( [ 'cs_subscriber_id' => $siteId, 'cs_entity_id' => $entities ] )
			->caller( __METHOD__ )
			->fetchFieldValues();
	}

	/**
	 * @param string $siteId
	 * @param int $rowId
	 * @param int $limit
	 * @return array<int,string> the next subscriptions of a wiki, in ascending order: row id => entity id
	 */
	public function after( string $siteId, int $rowId, int $limit ): array {
		$rows = $this->db()->newSelectQueryBuilder()
			->select( [ 'cs_row_id', 'cs_entity_id' ] )
			->from( self::NAME )
			->where( [ 'cs_subscriber_id' => $siteId, "cs_row_id > $rowId" ] )
			->orderBy( 'cs_row_id' )
			->limit( $limit )
			->caller( __METHOD__ )
			->fetchResultSet();
		$entities = [];
		foreach ( $rows as $row ) {
			$entities[(int)$row->cs_row_id] = (string)$row->cs_entity_id;
		}
		return $entities;
	}

	/**
	 * @param string $siteId
	 * @param list<string> $entities
	 * @return int how many subscriptions there were not before
	 */
	public function add( string $siteId, array $entities ): int {
		if ( $entities === [] ) {
			return 0;
		}
		$db = $this->db();
		$db->insert( self::NAME, array_map( static fn ( string $entity ) => [
			'cs_entity_id' => $entity,
			'cs_subscriber_id' => $siteId,
		], $entities ), __METHOD__, [ 'IGNORE' ] );
		return $db->affectedRows();
	}

	/**
	 * @param string $siteId
	 * @param list<string> $entities
	 * @return int how many subscriptions there were
	 */
	public function remove( string $siteId, array $entities ): int {
		if ( $entities === [] ) {
			return 0;
		}
		$db = $this->db();
		$db->delete( self::NAME, [ 'cs_subscriber_id' => $siteId, 'cs_entity_id' => $entities ], __METHOD__ );
		return $db->affectedRows();
	}

	private function db(): IDatabase {
		return $this->repo->primary();
	}
}
