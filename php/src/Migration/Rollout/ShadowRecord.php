<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Rollout;

use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * What Wikibase has sent to the clients that we watch, and what we would have sent: the table `wb_changes_shadow`.
 *
 * What both have is forgotten. What only one has, although both have dealt with it, is a difference, and stays to be
 * looked at until the client is watched no longer.
 */
class ShadowRecord {

	public const WIKIBASE = 1;
	public const OURS = 2;

	private const BATCH = 500;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @param string $site
	 * @param int $by one of the constants
	 * @param list<int> $ids
	 */
	public function note( string $site, int $by, array $ids ): void {
		foreach ( array_chunk( $ids, self::BATCH ) as $some ) {
			$this->db()->insert(
				'wb_changes_shadow',
				array_map( static fn ( int $id ) => [
					'csh_site' => $site, 'csh_change_id' => $id, 'csh_by' => $by,
				], $some ),
				__METHOD__,
				[ 'IGNORE' ]
			);
		}
	}

	/**
	 * @param string $site
	 * @param int $upTo the last change that both have dealt with
	 * @param int|null $rows that are read at most, of two for a change; null: all
	 * @return array<int,list<int>> who alone sent it => change ids
	 */
	public function differences( string $site, int $upTo, ?int $rows = null ): array {
		$query = $this->db()->newSelectQueryBuilder()
			->select( [ 'csh_change_id', 'csh_by' ] )
			->from( 'wb_changes_shadow' )
			->where( [ 'csh_site' => $site, "csh_change_id <= $upTo" ] )
			->orderBy( [ 'csh_change_id', 'csh_by' ] )
			->caller( __METHOD__ );
		if ( $rows !== null ) {
			$query->limit( $rows );
		}
		$notes = $query->fetchResultSet();
		$by = [];
		foreach ( $notes as $row ) {
			$by[(int)$row->csh_change_id][] = (int)$row->csh_by;
		}
		if ( $rows !== null && $notes->numRows() >= $rows ) {
			// Of the last one, half may be missing.
			array_pop( $by );
		}
		$differences = [ self::WIKIBASE => [], self::OURS => [] ];
		foreach ( $by as $id => $who ) {
			if ( count( $who ) === 1 ) {
				$differences[$who[0]][] = $id;
			}
		}
		return $differences;
	}

	private function db(): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}
}
