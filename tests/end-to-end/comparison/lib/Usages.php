<?php
/**
 * Which aspects a page of the wiki uses, read from the data.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchTests\Data;

class Usages {

	/** @var array<string,array<int,list<string>>> entity => page id => aspects */
	private array $usages = [];

	public function __construct( Data $data, string $wiki ) {
		foreach ( $data->rows( "$wiki.wbc_entity_usage" ) as $row ) {
			$this->usages[$row['eu_entity_id']][(int)$row['eu_page_id']][] = $row['eu_aspect'];
		}
	}

	/**
	 * @return list<string>
	 */
	public function ofPage( string $entity, int $pageId ): array {
		return $this->usages[$entity][$pageId] ?? [];
	}
}
