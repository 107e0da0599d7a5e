<?php
/**
 * Which pages changes affect, by the rule alone, change by change and in plain words: those that use an aspect which a
 * change touches, and the old and the new page of a changed site link. For wikis of which the data does not say what
 * Wikibase did; and where it does, a second opinion.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchTests\Data;

class Rule {

	/** Why pages are affected besides. */
	public const OF_RUNS = 'a run that may have cancelled, or skips a revision';

	/** @var array<string,true> pages as namespace:title */
	public readonly array $pages;
	/**
	 * Pages that may be affected besides: where one changed an entity more than once, it may be as before in the end,
	 * and then Wikibase looks for those that use what has no aspect of its own; or qualifiers may have been changed in
	 * between.
	 *
	 * @var array<string,true>
	 */
	public readonly array $pagesOfRuns;

	/** @var array<string,array<string,list<int>>> entity => aspect => page ids */
	private array $usages = [];
	/** @var array<int,string> id => namespace:title, of the pages that there are */
	private array $there = [];

	/**
	 * @param Data $data
	 * @param string $wiki
	 * @param array<string,int> $namespaces name in small letters => number
	 * @param list<array> $changes that the wiki was notified of, as {@see Changes} has them
	 * @param Touched $touched
	 */
	public function __construct(
		Data $data,
		private readonly string $wiki,
		private readonly array $namespaces,
		array $changes,
		Touched $touched
	) {
		foreach ( $data->rows( "$wiki.wbc_entity_usage" ) as $row ) {
			$this->usages[$row['eu_entity_id']][$row['eu_aspect']][] = (int)$row['eu_page_id'];
		}
		foreach ( $data->rows( "$wiki.page" ) as $row ) {
			$this->there[(int)$row['page_id']] = "{$row['page_namespace']}:{$row['page_title']}";
		}
		$titles = array_flip( $this->there );
		$pages = $ofRuns = $edits = [];
		foreach ( $changes as $change ) {
			$entity = $change['change_object_id'];
			foreach ( [ ...$touched->byWikibase( $change, $wiki ), ...$touched->byUsBesides( $change ) ] as $aspect ) {
				$pages += $this->users( $entity, $aspect );
			}
			$key = "$entity|{$change['metadata']['user_text']}";
			$edits[$key] = ( $edits[$key] ?? 0 ) + 1;
			if ( $edits[$key] > 1 ) {
				foreach ( array_keys( $this->usages[$entity] ?? [] ) as $aspect ) {
					$isOfRuns = $aspect === 'O' || ( $aspect[0] === 'C' && $touched->missesQualifiers() );
					$ofRuns += $isOfRuns ? $this->users( $entity, $aspect ) : [];
				}
			}
			foreach ( $this->linked( $change ) as $title ) {
				$pages[isset( $titles[$title] ) ? $title : ''] = true;
			}
		}
		unset( $pages[''], $ofRuns[''] );
		$this->pages = $pages;
		$this->pagesOfRuns = array_diff_key( $ofRuns, $pages );
	}

	/**
	 * @return array<string,true> pages as namespace:title
	 */
	private function users( string $entity, string $aspect ): array {
		$pages = [];
		foreach ( $this->usages[$entity][$aspect] ?? [] as $pageId ) {
			$pages[$this->there[$pageId] ?? ''] = true;
		}
		return $pages;
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
