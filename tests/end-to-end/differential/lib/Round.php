<?php
/**
 * What both farms have done since the last round, wiki by wiki.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential;

use RuntimeException;
use WikibaseDispatchComparison\Changes;
use WikibaseDispatchComparison\Comments;
use WikibaseDispatchComparison\Row;
use WikibaseDispatchComparison\RowComparison;
use WikibaseDispatchComparison\SetComparison;

class Round {

	/** Between the items of a list, in English. */
	private const SEPARATOR = '; ';

	/** The recorded data has no lengths; a farm has. */
	private const ALSO_COMPARED = [ 'rc_old_len', 'rc_new_len' ];

	/** @var array<string,RowComparison> by wiki */
	public array $rows = [];
	/** @var array<string,array<string,SetComparison>> wiki => purged or parsed => pages */
	public array $pages = [];

	private readonly LiveData $data;

	/**
	 * @param array{LiveData,LiveData} $both of the reference, and of our farm
	 * @param Trial $reference
	 * @param Trial $ours
	 * @param Earlier $earlier
	 */
	public function __construct(
		private readonly array $both,
		private readonly Trial $reference,
		private readonly Trial $ours,
		private readonly Earlier $earlier
	) {
		$this->data = $both[0];
		$this->assertSameChanges();
		$changes = new Changes( $this->data );
		foreach ( $reference->farm->wikis as $wiki ) {
			$this->compare( $wiki, $changes );
		}
		$ids = array_column( $this->data->rows( 'wb_changes' ), 'change_id' );
		$earlier->lastChange = max( 0, ...array_map( 'intval', $ids ) );
		if ( !$ours->farm->isUpToDate() ) {
			throw new RuntimeException( "not every client has seen the last change: {$ours->farm->positions()}" );
		}
	}

	private function compare( string $wiki, Changes $changes ): void {
		[ $expected, $actual ] = $this->unsettled( $wiki );
		$titles = $this->titles( $wiki );
		$reasons = new LiveReasons( $this->data, $changes, $wiki, $expected, $this->drifted( $wiki, $titles ) );
		$rows = new RowComparison( $expected, $actual, $reasons, new Comments( self::SEPARATOR ) );
		$expectedJobs = self::pages( $this->reference, $wiki );
		$actualJobs = self::pages( $this->ours, $wiki );
		$ids = array_flip( $titles );
		foreach ( $expectedJobs as $what => $pages ) {
			$comparison = new SetComparison( $pages, $actualJobs[$what] );
			foreach ( array_diff( $comparison->more, array_keys( $rows->pagesMore ) ) as $page ) {
				$reason = $reasons->whyUntold( $ids[$page] ?? 0, $this->earlier->lastChange );
				$rows->pagesMore += $reason === null ? [] : [ $page => $reason ];
			}
			$this->pages[$wiki][$what] = $comparison;
		}
		$this->rows[$wiki] = $rows;
		$parsed = $this->pages[$wiki]['parsed'];
		$byOne = array_fill_keys( [ ...$parsed->missing, ...$parsed->more ], true );
		$this->earlier->apart[$wiki] = ( $this->earlier->apart[$wiki] ?? [] ) + $byOne;
	}

	/** Else the edits were not the same, and nothing can be compared. */
	private function assertSameChanges(): void {
		$expected = array_map( 'json_encode', $this->data->rows( 'wb_changes' ) );
		$actual = array_map( 'json_encode', ( new Record( $this->ours->farm ) )->changes() );
		foreach ( array_keys( $expected + $actual ) as $place ) {
			if ( ( $expected[$place] ?? null ) !== ( $actual[$place] ?? null ) ) {
				throw new RuntimeException( "Wikibase has written different changes of the same edits.\n  Alone:   "
					. ( $expected[$place] ?? 'none' ) . "\n  With us: " . ( $actual[$place] ?? 'none' ) );
			}
		}
	}

	/**
	 * What was parsed on one farm alone may have been recorded to use other entities there: a redirect was followed, a
	 * link has moved. Later changes of those affect the page on that farm alone.
	 *
	 * @param string $wiki
	 * @param array<int,string> $titles
	 * @return array<int,list<string>> page => entities that it used otherwise on the two farms before this round
	 */
	private function drifted( string $wiki, array $titles ): array {
		$usages = [];
		foreach ( $this->both as $side => $data ) {
			foreach ( $data->rows( "$wiki.wbc_entity_usage" ) as $row ) {
				$usages["{$row['eu_page_id']}|{$row['eu_entity_id']}|{$row['eu_aspect']}"][$side] = true;
			}
		}
		$drifted = [];
		foreach ( $usages as $usage => $sides ) {
			[ $page, $entity ] = explode( '|', $usage );
			if ( count( $sides ) === 1 && isset( $this->earlier->apart[$wiki][$titles[(int)$page] ?? ''] ) ) {
				$drifted[(int)$page][] = $entity;
			}
		}
		return $drifted;
	}

	/**
	 * @return array<int,string> page => namespace:title
	 */
	private function titles( string $wiki ): array {
		$titles = [];
		foreach ( $this->data->rows( "$wiki.page" ) as $page ) {
			$titles[(int)$page['page_id']] = "{$page['page_namespace']}:{$page['page_title']}";
		}
		return $titles;
	}

	/**
	 * Rows that are new, or have changed or gone on either side, since they were last compared. Of those that one side
	 * alone has, nothing is compared but that.
	 *
	 * @return array{list<Row>,list<Row>}
	 */
	private function unsettled( string $wiki ): array {
		$settled = &$this->earlier->settled;
		$sides = [ self::rows( $this->reference, $wiki ), self::rows( $this->ours, $wiki ) ];
		$keys = array_fill_keys( [ ...array_keys( $sides[0] ), ...array_keys( $sides[1] ) ], true );
		foreach ( array_keys( $settled ) as $key ) {
			if ( str_starts_with( $key, "$wiki " ) ) {
				$keys[substr( $key, strlen( $wiki ) + 1 )] = true;
			}
		}
		$left = [ [], [] ];
		foreach ( array_keys( $keys ) as $key ) {
			$rows = [ $sides[0][$key] ?? [], $sides[1][$key] ?? [] ];
			$counts = array_map( 'count', $rows );
			$state = md5( serialize( min( $counts ) === 0 ? $counts : $rows ) );
			if ( ( $settled["$wiki $key"] ?? null ) !== $state ) {
				$settled["$wiki $key"] = $state;
				array_push( $left[0], ...$sides[0][$key] ?? [] );
				array_push( $left[1], ...$sides[1][$key] ?? [] );
			}
		}
		return $left;
	}

	/**
	 * @return array<string,list<Row>> by key
	 */
	private static function rows( Trial $trial, string $wiki ): array {
		$rows = [];
		foreach ( $trial->farm->rows(
			$wiki,
			"SELECT {recentchanges}.*, actor_name, actor_user, comment_text, comment_data
			FROM {recentchanges} JOIN {actor} ON actor_id = rc_actor JOIN {comment} ON comment_id = rc_comment_id
			WHERE {:text rc_source} = 'wb' ORDER BY rc_id"
		) as $columns ) {
			$row = new Row( $columns, self::ALSO_COMPARED );
			$rows[$row->key()][] = $row;
		}
		return $rows;
	}

	/**
	 * @return array{purged:array<string,true>,parsed:array<string,true>} pages as namespace:title
	 */
	private static function pages( Trial $trial, string $wiki ): array {
		$pages = [ 'purged' => [], 'parsed' => [] ];
		foreach ( ( new Record( $trial->farm ) )->takeJobs( $wiki ) as $job ) {
			if ( $job['job_cmd'] === 'refreshLinks' ) {
				$pages['parsed']["{$job['job_namespace']}:{$job['job_title']}"] = true;
				continue;
			}
			$params = unserialize( $job['job_params'], [ 'allowed_classes' => false ] );
			foreach ( $params['pages'] ?? [] as [ $namespace, $title ] ) {
				$pages['purged']["$namespace:$title"] = true;
			}
		}
		return $pages;
	}
}
