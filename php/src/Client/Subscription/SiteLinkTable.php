<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use stdClass;

/**
 * `wb_items_per_site` of the repo: which items have a site link to which wiki.
 */
class SiteLinkTable {

	private const NAME = 'wb_items_per_site';

	public function __construct( private readonly RepoDatabase $repo ) {
	}

	/**
	 * @param string $siteId
	 * @param list<string> $entities
	 * @return list<string> the items among them that have a link to the wiki
	 */
	public function linked( string $siteId, array $entities ): array {
		$numbers = [];
		foreach ( $entities as $entity ) {
			if ( preg_match( '/^Q[1-9]\d{0,9}$/', $entity ) ) {
				$numbers[] = (int)substr( $entity, 1 );
			}
		}
		return $numbers === [] ? [] : array_map(
			static fn ( string $number ) => "Q$number",
			$this->repo->primary()->newSelectQueryBuilder()
				->select( 'ips_item_id' )
				->from( self::NAME )
				->where( [ 'ips_site_id' => $siteId, 'ips_item_id' => $numbers ] )
				->caller( __METHOD__ )
				->fetchFieldValues()
		);
	}

	/**
	 * @param string $siteId
	 * @param string $after title; empty to begin
	 * @param int $limit
	 * @return list<array{0:string,1:string}> the next titles that are linked, in ascending order, with their items
	 */
	public function linkedAfter( string $siteId, string $after, int $limit ): array {
		$db = $this->repo->primary();
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'ips_site_page', 'ips_item_id' ] )
			->from( self::NAME )
			->where( [ 'ips_site_id' => $siteId, 'ips_site_page > ' . $db->addQuotes( $after ) ] )
			->orderBy( 'ips_site_page' )
			->limit( $limit )
			->caller( __METHOD__ )
			->fetchResultSet();
		return array_map(
			static fn ( stdClass $row ) => [ (string)$row->ips_site_page, "Q{$row->ips_item_id}" ],
			iterator_to_array( $rows, false )
		);
	}
}
