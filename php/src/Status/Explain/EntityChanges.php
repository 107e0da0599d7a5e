<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\IResultWrapper;

/**
 * Finds the changes of an entity without reading the whole change buffer.
 *
 * Wikibase 1.38 and later have an index on the entity. A buffer whose index is missing, because update.php was not run
 * or an admin dropped it, is searched from its end, for a bounded number of rows.
 */
class EntityChanges {

	private const TABLE = 'wb_changes';

	/** IDs to look at where there is no index. */
	public const WINDOW = 5000;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @param string $entityId
	 * @param int $limit
	 */
	public function newest( string $entityId, int $limit ): FoundChanges {
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_REPLICA );
		$after = $this->hasIndex( $db ) ? null : max( 0, $this->newestId( $db ) - self::WINDOW );
		$ids = $db->newSelectQueryBuilder()
			->select( 'change_id' )
			->from( self::TABLE )
			->where( [ 'change_object_id' => $entityId, ...( $after === null ? [] : [ "change_id > $after" ] ) ] )
			->orderBy( 'change_id', 'DESC' )
			->limit( $limit + 1 )
			->caller( __METHOD__ )
			->fetchFieldValues();
		return new FoundChanges(
			array_map( 'intval', array_slice( $ids, 0, $limit ) ), count( $ids ) > $limit, $after ?: null
		);
	}

	/** By its column: its name is not the same in all versions. */
	private function hasIndex( IDatabase $db ): bool {
		$table = $db->tableName( self::TABLE, 'raw' );
		$indexes = $db->query(
			$db->getType() === 'sqlite'
				? 'SELECT 1 FROM pragma_index_list(' . $db->addQuotes( $table ) . ') AS i' .
					" JOIN pragma_index_info(i.name) AS c WHERE c.seqno = 0 AND c.name = 'change_object_id'"
				: "SHOW INDEX FROM `$table` WHERE Seq_in_index = 1 AND Column_name = 'change_object_id'",
			__METHOD__
		);
		return $indexes instanceof IResultWrapper && $indexes->numRows() > 0;
	}

	private function newestId( IDatabase $db ): int {
		return (int)$db->newSelectQueryBuilder()
			->select( 'MAX(change_id)' )->from( self::TABLE )->caller( __METHOD__ )->fetchField();
	}
}
