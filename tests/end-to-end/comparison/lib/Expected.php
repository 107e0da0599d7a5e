<?php
/**
 * What Wikibase did on a wiki.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchTests\Data;

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
			$params = unserialize( $row['job_params'] );
			foreach ( $params['pages'] ?? [] as [ $namespace, $title ] ) {
				$pages["$namespace:$title"] = true;
			}
			// Without pages it is about its own, unless it is about those that link there, which no change asks for.
			if ( !isset( $params['pages'] ) && !isset( $params['table'] ) ) {
				$pages["{$row['job_namespace']}:{$row['job_title']}"] = true;
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

	/** Whether the repo's interwiki prefix was its site id, which precedes the name of an unknown user. */
	public function hasWholePrefixes( string $repo ): bool {
		foreach ( $this->isKnown() ? $this->rows() : [] as $row ) {
			if ( str_starts_with( (string)$row->columns['actor_name'], "$repo>" ) ) {
				return true;
			}
		}
		return false;
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
