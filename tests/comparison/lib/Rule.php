<?php
/**
 * Which pages changes affect, by the rule alone, change by change and in plain words: those that use an aspect which a
 * change touches, and the old and the new page of a changed site link. For wikis of which the data does not say what
 * Wikibase did; and where it does, a second opinion.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchDemo\Data;

class Rule {

	/** @var array<string,true> pages as namespace:title */
	public readonly array $pages;

	/** @var array<string,array<string,list<int>>> entity => aspect => page ids */
	private array $usages = [];
	/** @var array<int,string> id => namespace:title, of the pages that there are */
	private array $there = [];

	/**
	 * @param Data $data
	 * @param string $wiki
	 * @param array<string,int> $namespaces name in small letters => number
	 * @param list<array> $changes that the wiki was notified of, as {@see Changes} has them
	 */
	public function __construct(
		Data $data,
		private readonly string $wiki,
		private readonly array $namespaces,
		array $changes
	) {
		foreach ( $data->rows( "$wiki.wbc_entity_usage" ) as $row ) {
			$this->usages[$row['eu_entity_id']][$row['eu_aspect']][] = (int)$row['eu_page_id'];
		}
		foreach ( $data->rows( "$wiki.page" ) as $row ) {
			$this->there[(int)$row['page_id']] = "{$row['page_namespace']}:{$row['page_title']}";
		}
		$titles = array_flip( $this->there );
		$pages = [];
		foreach ( $changes as $change ) {
			foreach ( $this->touched( $change ) as $aspect ) {
				foreach ( $this->usages[$change['change_object_id']][$aspect] ?? [] as $pageId ) {
					$pages[$this->there[$pageId] ?? ''] = true;
				}
			}
			foreach ( $this->linked( $change ) as $title ) {
				$pages[isset( $titles[$title] ) ? $title : ''] = true;
			}
		}
		unset( $pages[''] );
		$this->pages = $pages;
	}

	/**
	 * @return list<string> aspects
	 */
	private function touched( array $change ): array {
		$diff = $change['diff'];
		$touched = [];
		$members = [ 'L' => 'labelChanges', 'D' => 'descriptionChanges', 'C' => 'statementChanges' ];
		foreach ( $members as $aspect => $of ) {
			foreach ( $diff[$of] ?? [] as $modifier ) {
				array_push( $touched, $aspect, "$aspect.$modifier" );
			}
		}
		if ( $change['links'] !== [] ) {
			$touched[] = 'S';
		}
		if ( $this->linked( $change ) !== [] ) {
			$touched[] = 'T';
		}
		if ( $touched === [] || ( $diff['otherChanges'] ?? true ) ) {
			$touched[] = 'O';
		}
		return [ ...$touched, 'X' ];
	}

	/**
	 * @return list<string> the old and the new page of the wiki's own site link, as namespace:title
	 */
	private function linked( array $change ): array {
		[ $old, $new ] = $change['links'][$this->wiki] ?? [ null, null ];
		return $old === $new ? [] : array_map( $this->page( ... ), array_filter( [ $old, $new ], 'is_string' ) );
	}

	private function page( string $title ): string {
		$title = strtr( trim( $title ), ' ', '_' );
		$parts = explode( ':', $title, 2 );
		$namespace = isset( $parts[1] ) ? $this->namespaces[mb_strtolower( $parts[0] )] ?? null : null;
		$name = $namespace === null ? $title : ltrim( $parts[1], '_' );
		return ( $namespace ?? 0 ) . ':' . mb_strtoupper( mb_substr( $name, 0, 1 ) ) . mb_substr( $name, 1 );
	}
}
