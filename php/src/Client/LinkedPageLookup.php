<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Title\TitleFactory;
use Wikimedia\Rdbms\IDatabase;

/**
 * Finds the pages that site links name. A site link is text, so this wiki's namespaces and its rules for titles decide
 * which page it means.
 */
class LinkedPageLookup {

	/** Titles of one query. */
	private const CHUNK = 500;

	public function __construct( private readonly TitleFactory $titles ) {
	}

	/**
	 * @param IDatabase $db
	 * @param list<string> $texts titles with their namespaces
	 * @return array<string,int> text => page id, of those that exist; a redirect is the page of that name
	 */
	public function pageIds( IDatabase $db, array $texts ): array {
		$pageIds = [];
		foreach ( array_chunk( $texts, self::CHUNK ) as $chunk ) {
			$pageIds += $this->ofChunk( $db, $chunk );
		}
		return $pageIds;
	}

	private function ofChunk( IDatabase $db, array $texts ): array {
		$wanted = [];
		$namespaces = [];
		foreach ( $texts as $text ) {
			$title = $this->titles->newFromText( $text );
			if ( $title && $title->canExist() ) {
				$wanted[$title->getNamespace()][$title->getDBkey()][] = $text;
				$namespaces[$title->getNamespace()][$title->getDBkey()] = true;
			}
		}
		if ( $wanted === [] ) {
			return [];
		}
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'page_id', 'page_namespace', 'page_title' ] )
			->from( 'page' )
			->where( $db->makeWhereFrom2d( $namespaces, 'page_namespace', 'page_title' ) )
			->caller( __METHOD__ )
			->fetchResultSet();
		$pageIds = [];
		foreach ( $rows as $row ) {
			foreach ( $wanted[(int)$row->page_namespace][$row->page_title] ?? [] as $text ) {
				$pageIds[$text] = (int)$row->page_id;
			}
		}
		return $pageIds;
	}
}
