<?php
/**
 * What Wikibase did on a wiki.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchDemo\Data;

class Expected {

	public function __construct( private readonly Data $data, private readonly string $wiki ) {
	}

	/** Whether the data says what Wikibase did on the wiki. */
	public function isKnown(): bool {
		return $this->data->has( "{$this->wiki}.recentchanges.after" );
	}

	/**
	 * @return array<string,true> pages as namespace:title
	 */
	public function purged(): array {
		$pages = [];
		foreach ( $this->data->rows( "{$this->wiki}.job.htmlCacheUpdate" ) as $row ) {
			foreach ( unserialize( $row['job_params'] )['pages'] as [ $namespace, $title ] ) {
				$pages["$namespace:$title"] = true;
			}
		}
		return $pages;
	}

	/**
	 * @return array<string,true> pages as namespace:title
	 */
	public function parsed(): array {
		$pages = [];
		foreach ( $this->data->rows( "{$this->wiki}.job.refreshLinks" ) as $row ) {
			$pages["{$row['job_namespace']}:{$row['job_title']}"] = true;
		}
		return $pages;
	}

	/**
	 * @return list<Row>
	 */
	public function rows(): array {
		$rows = [];
		foreach ( $this->data->rows( "{$this->wiki}.recentchanges.after" ) as $row ) {
			$rows[] = new Row( $row );
		}
		return $rows;
	}
}
