<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Wikimedia\Rdbms\IDatabase;

/**
 * Loads pages by id. Usages outlive pages for a while: ids that are no page any more are left out.
 */
class PageLookup {

	/**
	 * @param IDatabase $db
	 * @param list<int> $pageIds some hundreds at most: they are one query
	 * @return array<int,ClientPage> by page id
	 */
	public function pages( IDatabase $db, array $pageIds ): array {
		if ( $pageIds === [] ) {
			return [];
		}
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'page_id', 'page_namespace', 'page_title', 'page_latest', 'page_len' ] )
			->from( 'page' )
			->where( [ 'page_id' => $pageIds ] )
			->caller( __METHOD__ )
			->fetchResultSet();
		$pages = [];
		foreach ( $rows as $row ) {
			$pages[(int)$row->page_id] = new ClientPage(
				(int)$row->page_id,
				(int)$row->page_namespace,
				$row->page_title,
				(int)$row->page_latest,
				(int)$row->page_len
			);
		}
		return $pages;
	}
}
