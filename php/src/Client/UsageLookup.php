<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Wikimedia\Rdbms\ILBFactory;

/**
 * Tells which pages of this wiki use which aspects of an entity.
 */
class UsageLookup {

	private const TABLE = 'wbc_entity_usage';

	/** Entities of one query. */
	private const CHUNK = 500;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @param list<string> $entityIds
	 * @return array<string,array<string,list<int>>> entity id => aspect => page ids
	 * @throws UsageTableMissingException
	 */
	public function usages( array $entityIds ): array {
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
		if ( !$db->tableExists( self::TABLE, __METHOD__ ) ) {
			throw new UsageTableMissingException( $db->getDomainID(), $db->tablePrefix() . self::TABLE );
		}
		$usages = [];
		foreach ( array_chunk( $entityIds, self::CHUNK ) as $chunk ) {
			$rows = $db->newSelectQueryBuilder()
				->select( [ 'eu_entity_id', 'eu_aspect', 'eu_page_id' ] )
				->from( self::TABLE )
				->where( [ 'eu_entity_id' => $chunk ] )
				->caller( __METHOD__ )
				->fetchResultSet();
			foreach ( $rows as $row ) {
				$usages[$row->eu_entity_id][$row->eu_aspect][] = (int)$row->eu_page_id;
			}
		}
		return $usages;
	}
}
