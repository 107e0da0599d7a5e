<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Wikimedia\Rdbms\ILBFactory;

/**
 * Loads pages by id. Usages outlive pages for a while: ids that are no page any more are left out.
 */
class PageLookup {

	/** Pages of one query. */
	private const CHUNK = 500;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @param list<int> $pageIds
	 * @return array<int,ClientPage> by page id
	 */
	public function pages( array $pageIds ): array {
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
		$pages = [];
		foreach ( array_chunk( $pageIds, self::CHUNK ) as $chunk ) {
			$rows = $db->newSelectQueryBuilder()
				->select( [ 'page_id', 'page_namespace', 'page_title', 'page_latest', 'page_len' ] )
				->from( 'page' )
				->where( [ 'page_id' => $chunk ] )
				->caller( __METHOD__ )
				->fetchResultSet();
			foreach ( $rows as $row ) {
				$pages[(int)$row->page_id] = new ClientPage(
					(int)$row->page_id,
					(int)$row->page_namespace,
					$row->page_title,
					(int)$row->page_latest,
					(int)$row->page_len
				);
			}
		}
		return $pages;
	}
}
