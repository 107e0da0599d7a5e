<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use MediaWiki\CommentStore\CommentStore;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeRow;
use MediaWiki\Revision\RevisionRecord;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Takes back what recent changes of this wiki show of revisions that were hidden or deleted on the repo.
 *
 * A row that tells of one revision is hidden as that is, so that it can be shown again, as Wikibase does. One that
 * tells of a run shows the summaries of several in one text, which cannot be taken apart: its summary is emptied for
 * good.
 */
class RecentChangeRedactor {

	/** Rows or times of one query. */
	private const CHUNK = 500;

	/**
	 * @param ILBFactory $loadBalancers
	 * @param CommentStore $comments
	 * @param positive-int $rows that a statement may change, `$wgUpdateRowsPerQuery`
	 */
	public function __construct(
		private readonly ILBFactory $loadBalancers,
		private readonly CommentStore $comments,
		private readonly int $rows
	) {
	}

	/**
	 * Rows that tell of any of some revisions, and may do so at any time.
	 *
	 * @param string $entity
	 * @param list<int> $revisions
	 * @param list<string> $times at which a row may be, as 14 digits
	 * @return list<ToldRow>
	 */
	public function rowsAt( string $entity, array $revisions, array $times ): array {
		$db = $this->db();
		$rows = [];
		foreach ( array_chunk( array_unique( $times ), self::CHUNK ) as $some ) {
			array_push( $rows, ...$this->rows( [
				'rc_timestamp' => array_map( $db->timestamp( ... ), $some ),
			], $entity, $revisions ) );
		}
		return $rows;
	}

	/**
	 * Rows that tell of any of some revisions, wherever they are.
	 *
	 * @param string $entity
	 * @param list<int> $revisions
	 * @param string $from when the first of them was made, as 14 digits
	 * @return list<ToldRow>
	 */
	public function rowsFrom( string $entity, array $revisions, string $from ): array {
		$db = $this->db();
		return $this->rows( [
			'rc_timestamp >= ' . $db->addQuotes( $db->timestamp( $from ) ),
			'rc_params' . $db->buildLike( $db->anyString(), "\"$entity\"", $db->anyString() ),
		], $entity, $revisions );
	}

	/**
	 * Rows that tell some pages of a change.
	 *
	 * @param string $time
	 * @param list<int> $pageIds
	 * @param string $entity
	 * @param list<int> $revisions
	 * @return list<ToldRow>
	 */
	public function rowsOf( string $time, array $pageIds, string $entity, array $revisions ): array {
		return $this->rows(
			[ 'rc_timestamp' => $this->db()->timestamp( $time ), 'rc_cur_id' => $pageIds ], $entity, $revisions
		);
	}

	/**
	 * @param list<ToldRow> $rows
	 * @param array<int,int> $hidden revision of the entity => what of it is hidden, as `rev_deleted`
	 */
	public function hide( array $rows, array $hidden ): void {
		$changes = $ids = [];
		foreach ( $rows as $row ) {
			$columns = $row->isRun()
				? $this->columnsOfRun( $row, $hidden )
				: [ 'rc_deleted' => $hidden[$row->lastRevision()] ];
			if ( $columns !== null ) {
				// Rows of one change get the same.
				$changes[serialize( $columns )] = $columns;
				$ids[serialize( $columns )][] = $row->id;
			}
		}
		foreach ( $changes as $key => $columns ) {
			foreach ( array_chunk( array_unique( $ids[$key] ), $this->rows ) as $some ) {
				$this->db()->update( 'recentchanges', $columns, [ 'rc_id' => $some ], __METHOD__ );
				$this->commit();
			}
		}
	}

	/**
	 * @param list<ToldRow> $rows
	 */
	public function delete( array $rows ): void {
		foreach ( array_chunk( $rows, $this->rows ) as $some ) {
			$this->db()->delete(
				'recentchanges',
				[ 'rc_id' => array_map( static fn ( ToldRow $row ) => $row->id, $some ) ],
				__METHOD__
			);
			$this->commit();
		}
	}

	/**
	 * What is shown again stays hidden: nobody knows what else of the run is. But whether content is hidden is said of
	 * the last revision alone: the row links to that one.
	 */
	private function columnsOfRun( ToldRow $row, array $hidden ): ?array {
		$bits = array_reduce(
			array_filter( $hidden, $row->tellsOfRevision( ... ), ARRAY_FILTER_USE_KEY ),
			static fn ( int $all, int $some ) => $all | $some,
			0
		);
		$columns = [];
		$deleted = $row->deleted | RevisionVisibility::userBits( $bits );
		$ofLast = $hidden[$row->lastRevision()] ?? null;
		if ( $ofLast !== null ) {
			$deleted = $deleted & ~RevisionRecord::DELETED_TEXT | RevisionVisibility::contentBit( $ofLast );
		}
		if ( RevisionVisibility::isText( $bits ) ) {
			$deleted |= RevisionRecord::DELETED_COMMENT;
			$columns['rc_comment_id'] = (int)$this->comments->createComment( $this->db(), '' )->id;
			$columns['rc_params'] = $row->paramsWithoutSummary();
		}
		$columns['rc_deleted'] = $deleted;
		return $deleted === $row->deleted && count( $columns ) === 1 ? null : $columns;
	}

	/**
	 * @param array<int|string,mixed> $conditions
	 * @param string $entity
	 * @param list<int> $revisions
	 * @return list<ToldRow>
	 */
	private function rows( array $conditions, string $entity, array $revisions ): array {
		$rows = $this->db()->newSelectQueryBuilder()
			->select( [ 'rc_id', 'rc_deleted', 'rc_params' ] )
			->from( 'recentchanges' )
			->where( [ 'rc_source' => RecentChangeRow::SOURCE, ...$conditions ] )
			->caller( __METHOD__ )
			->fetchResultSet();
		$told = [];
		foreach ( $rows as $row ) {
			$row = new ToldRow( $row );
			if ( $row->tellsOf( $entity, $revisions ) ) {
				$told[] = $row;
			}
		}
		return $told;
	}

	private function db(): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}

	/** So much is committed, and replicas have it. */
	private function commit(): void {
		$ticket = $this->loadBalancers->getEmptyTransactionTicket( __METHOD__ );
		$this->loadBalancers->commitAndWaitForReplication( __METHOD__, $ticket );
	}
}
