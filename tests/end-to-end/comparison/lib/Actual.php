<?php
/**
 * What this project's client side did on a wiki.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchTests\Farm;

class Actual {

	public function __construct( private readonly Farm $farm, private readonly string $wiki ) {
	}

	/**
	 * @return array<string,true> pages as namespace:title
	 */
	public function purged(): array {
		$pages = [];
		foreach ( $this->parameters( 'htmlCacheUpdate' ) as $params ) {
			foreach ( $params['pages'] as [ $namespace, $title ] ) {
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
		foreach ( $this->parameters( 'refreshLinks' ) as $params ) {
			$pages["{$params['namespace']}:{$params['title']}"] = true;
		}
		return $pages;
	}

	/**
	 * @return array<string,int> type of job => how many are queued
	 */
	public function jobs(): array {
		$counts = [];
		foreach ( [ 'htmlCacheUpdate', 'refreshLinks', 'wikibase-dispatch-recent-changes' ] as $type ) {
			$counts[$type] = count( $this->parameters( $type ) );
		}
		return $counts;
	}

	public function rowCount(): int {
		return $this->farm->recentChanges( $this->wiki );
	}

	/**
	 * @return list<Row>
	 */
	public function rows(): array {
		return array_map( static fn ( array $row ) => new Row( $row ), $this->farm->rows(
			$this->wiki,
			"SELECT {recentchanges}.*, actor_name, actor_user, comment_text, comment_data
			FROM {recentchanges} JOIN {actor} ON actor_id = rc_actor JOIN {comment} ON comment_id = rc_comment_id
			WHERE {:text rc_source} = 'wb'"
		) );
	}

	private function parameters( string $type ): array {
		$rows = $this->farm->rows( $this->wiki, 'SELECT job_params FROM {job} WHERE {:text job_cmd} = ?', [ $type ] );
		return array_map( static fn ( array $row ) => unserialize( $row['job_params'] ), $rows );
	}
}
