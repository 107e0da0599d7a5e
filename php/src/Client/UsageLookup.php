<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Wikimedia\Rdbms\IDatabase;

/**
 * Tells which pages of this wiki use which aspects of which entities.
 *
 * Many entities by one query, and only the aspects that are wanted of each: an entity that is used on very many pages
 * is read whole only if what changed concerns them all, and then in portions.
 */
class UsageLookup {

	private const TABLE = 'wbc_entity_usage';

	/** Entities of one query: the database plans a range for each aspect of each. */
	private const ENTITIES = 100;

	/** Rows of one query. */
	private const ROWS = 10000;

	private bool $isThere = false;

	/**
	 * Which aspects are used at all: few, on however many pages, and the index knows them.
	 *
	 * @param IDatabase $db
	 * @param list<string> $entities ids
	 * @return array<string,list<string>> entity id => aspects
	 * @throws UsageTableMissingException
	 */
	public function aspects( IDatabase $db, array $entities ): array {
		$this->assertTable( $db );
		$aspects = [];
		foreach ( array_chunk( $entities, self::ENTITIES ) as $chunk ) {
			$rows = $db->newSelectQueryBuilder()
				->select( [ 'eu_entity_id', 'eu_aspect' ] )
				->distinct()
				->from( self::TABLE )
				->where( [ 'eu_entity_id' => $chunk ] )
				->caller( __METHOD__ )
				->fetchResultSet();
			foreach ( $rows as $row ) {
				$aspects[$row->eu_entity_id][] = $row->eu_aspect;
			}
		}
		return $aspects;
	}

	/**
	 * @param IDatabase $db
	 * @param array<string,list<string>> $lookup entity id => aspects
	 * @return iterable<array<string,array<string,list<int>>>> entity id => aspect => page ids, in portions
	 * @throws UsageTableMissingException
	 */
	public function usages( IDatabase $db, array $lookup ): iterable {
		$this->assertTable( $db );
		foreach ( array_chunk( $lookup, self::ENTITIES, true ) as $entities ) {
			$aspects = array_map( static fn ( array $list ) => array_flip( $list ), $entities );
			$wanted = $db->makeWhereFrom2d( $aspects, 'eu_entity_id', 'eu_aspect' );
			$behind = [];
			do {
				[ $usages, $behind ] = $this->portion( $db, [ $wanted, ...$behind ] );
				yield $usages;
			} while ( $behind !== [] );
		}
	}

	/**
	 * @param IDatabase $db
	 * @param list<string> $conditions
	 * @return array{0:array<string,array<string,list<int>>>,1:list<string>} usages, and the condition for those behind
	 *   them; none if that was all
	 */
	private function portion( IDatabase $db, array $conditions ): array {
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'eu_entity_id', 'eu_aspect', 'eu_page_id' ] )
			->from( self::TABLE )
			->where( $conditions )
			->orderBy( [ 'eu_entity_id', 'eu_aspect', 'eu_page_id' ] )
			->limit( self::ROWS )
			->caller( __METHOD__ )
			->fetchResultSet();
		$usages = [];
		$last = null;
		foreach ( $rows as $row ) {
			$usages[$row->eu_entity_id][$row->eu_aspect][] = (int)$row->eu_page_id;
			$last = $row;
		}
		if ( $last === null || $rows->numRows() < self::ROWS ) {
			return [ $usages, [] ];
		}
		$entity = $db->addQuotes( $last->eu_entity_id );
		$aspect = $db->addQuotes( $last->eu_aspect );
		$page = (int)$last->eu_page_id;
		return [ $usages, [
			"eu_entity_id > $entity OR (eu_entity_id = $entity AND " .
			"(eu_aspect > $aspect OR (eu_aspect = $aspect AND eu_page_id > $page)))",
		] ];
	}

	private function assertTable( IDatabase $db ): void {
		$this->isThere = $this->isThere || $db->tableExists( self::TABLE, __METHOD__ );
		if ( !$this->isThere ) {
			throw new UsageTableMissingException( $db->getDomainID(), $db->tablePrefix() . self::TABLE );
		}
	}
}
