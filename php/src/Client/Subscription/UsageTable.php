<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\UsageDatabase;
use Wikimedia\Rdbms\IDatabase;

/**
 * `wbc_entity_usage` of this wiki, as its subscriptions follow from it and as pages change it.
 *
 * Everything is read from the primary: a subscription that was ended because of old rows would lose changes.
 */
class UsageTable {

	public const NAME = 'wbc_entity_usage';

	/** Rows of one statement. */
	private const ROWS = 500;

	private bool $isThere = false;

	public function __construct( private readonly UsageDatabase $database ) {
	}

	public function exists(): bool {
		$this->isThere = $this->isThere || $this->db()->tableExists( self::NAME, __METHOD__ );
		return $this->isThere;
	}

	/**
	 * @return list<string> what a page uses: `Q42#L.en`
	 */
	public function ofPage( int $pageId ): array {
		$rows = $this->db()->newSelectQueryBuilder()
			->select( [ 'eu_entity_id', 'eu_aspect' ] )
			->from( self::NAME )
			->where( [ 'eu_page_id' => $pageId ] )
			->caller( __METHOD__ )
			->fetchResultSet();
		$usages = [];
		foreach ( $rows as $row ) {
			$usages[] = "{$row->eu_entity_id}#{$row->eu_aspect}";
		}
		return $usages;
	}

	/**
	 * @param int $pageId
	 * @param list<array{0:string,1:string}> $added entity id, aspect
	 * @param list<array{0:string,1:string}> $removed
	 */
	public function change( int $pageId, array $added, array $removed ): void {
		$db = $this->db();
		$db->startAtomic( __METHOD__ );
		foreach ( array_chunk( $added, self::ROWS ) as $some ) {
			$db->insert( self::NAME, array_map( static fn ( array $usage ) => [
				'eu_entity_id' => $usage[0],
				'eu_aspect' => $usage[1],
				'eu_page_id' => $pageId,
			], $some ), __METHOD__, [ 'IGNORE' ] );
		}
		foreach ( array_chunk( $removed, self::ROWS ) as $some ) {
			$aspects = [];
			foreach ( $some as [ $entity, $aspect ] ) {
				$aspects[$entity][$aspect] = true;
			}
			$db->delete( self::NAME, [
				'eu_page_id' => $pageId,
				$db->makeWhereFrom2d( $aspects, 'eu_entity_id', 'eu_aspect' ),
			], __METHOD__ );
		}
		$db->endAtomic( __METHOD__ );
	}

	/**
	 * @param list<string> $entities
	 * @return list<string> those that some page uses
	 */
	public function used( array $entities ): array {
		return $entities === [] ? [] : $this->db()->newSelectQueryBuilder()
			->select( 'eu_entity_id' )
			->distinct()
			->from( self::NAME )
			->where( [ 'eu_entity_id' => $entities ] )
			->caller( __METHOD__ )
			->fetchFieldValues();
	}

	/**
	 * @param string $after entity id; empty to begin
	 * @param int $limit
	 * @return list<string> the next entities that some page uses, in ascending order
	 */
	public function usedAfter( string $after, int $limit ): array {
		$db = $this->db();
		return $db->newSelectQueryBuilder()
			->select( 'eu_entity_id' )
			->distinct()
			->from( self::NAME )
			->where( 'eu_entity_id > ' . $db->addQuotes( $after ) )
			->orderBy( 'eu_entity_id' )
			->limit( $limit )
			->caller( __METHOD__ )
			->fetchFieldValues();
	}

	private function db(): IDatabase {
		return $this->database->primary();
	}
}
