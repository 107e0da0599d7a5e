<?php
/**
 * The reasons for which a row may differ, each decided by the data alone. They stand in docs/differences.md, with these
 * very names.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

class Reasons {

	public const COMMENT_LOST = 'the comment of merged changes: Wikibase has deleted their rows and leaves it empty';
	public const NOT_MERGED = 'merged here: Wikibase cannot load the revisions of a deleted or redirected entity';
	public const SAME_REVISION =
		'two entities changed in one second, with one revision or none: Wikibase tells of one';
	public const CONTENT_FIRST = 'more pages than may be told of one change: Wikibase takes the oldest, content or not';
	public const DELETED = 'an entity that was deleted: Wikibase takes its rows away again, by a job of its own';
	public const REVERTED = 'an edit and its revert in one run: they cancel with Wikibase';

	/** That Wikibase 1.43 tells of one change: the first batch, whose size is `$wgUpdateRowsPerJob`. */
	private const MOST_PAGES = 300;

	/** @var array<string,int> key of a change => rows with Wikibase */
	private array $told = [];

	/**
	 * @param Changes $changes
	 * @param Usages $usages
	 * @param list<Row> $expected
	 */
	public function __construct(
		private readonly Changes $changes,
		private readonly Usages $usages,
		array $expected
	) {
		foreach ( $expected as $row ) {
			$this->told[$row->changeKey()] = ( $this->told[$row->changeKey()] ?? 0 ) + 1;
		}
	}

	public function isCommentLost( Row $expected, Row $actual, Comments $comments ): bool {
		return $expected->comment === '' && $actual->change['id'] === null
			&& $comments->tellsOfAll( $actual->comment, $this->changes->told( $actual->change ) );
	}

	/**
	 * @param Row $row that Wikibase did not write
	 * @param list<Row> $ofPage those that it wrote for the page
	 */
	public function whyMore( Row $row, array $ofPage ): ?string {
		$change = $row->change;
		if ( self::hasTwin( $row, $ofPage ) ) {
			return self::SAME_REVISION;
		}
		if ( $this->isFull( $row ) ) {
			return self::isContent( $row ) ? self::CONTENT_FIRST : null;
		}
		$told = $this->changes->told( $change );
		$isDeleted = $this->changes->isDeleted( $change['object_id'] );
		if ( $isDeleted || $this->changes->isBesideAnotherPage( $told ) ) {
			foreach ( $ofPage as $other ) {
				if ( $this->isOfRun( $other, [ $row ] ) ) {
					return self::NOT_MERGED;
				}
			}
		}
		if ( $isDeleted ) {
			return self::DELETED;
		}
		return $change['id'] === null && $this->isTouchedTwice( $row, $told ) ? self::REVERTED : null;
	}

	/**
	 * @param Row $row that only Wikibase wrote
	 * @param list<Row> $unmerged those of its page that were not there with Wikibase because it could not merge their
	 *   changes
	 */
	public function whyMissing( Row $row, array $unmerged ): ?string {
		if ( $this->isOfRun( $row, $unmerged ) ) {
			return self::NOT_MERGED;
		}
		return $this->isFull( $row ) && !self::isContent( $row ) ? self::CONTENT_FIRST : null;
	}

	/**
	 * Whether a row tells of a single change of a run that is told of by another row.
	 *
	 * @param Row $row
	 * @param list<Row> $runs
	 */
	private function isOfRun( Row $row, array $runs ): bool {
		foreach ( $runs as $run ) {
			$ids = array_column( $this->changes->told( $run->change ), 'id' );
			if ( $row->change['object_id'] === $run->change['object_id']
				&& in_array( $row->change['id'], $ids, true )
			) {
				return true;
			}
		}
		return false;
	}

	/** Wikibase tells changes of one page and second apart by their revisions alone, and removals have none. */
	private static function hasTwin( Row $row, array $ofPage ): bool {
		foreach ( $ofPage as $other ) {
			if ( $other->columns['rc_timestamp'] === $row->columns['rc_timestamp']
				&& $other->change['rev_id'] === $row->change['rev_id']
				&& $other->change['parent_id'] === $row->change['parent_id']
			) {
				return true;
			}
		}
		return false;
	}

	/** Whether Wikibase told as many pages of the row's change as it may. */
	private function isFull( Row $row ): bool {
		return ( $this->told[$row->changeKey()] ?? 0 ) >= self::MOST_PAGES;
	}

	private static function isContent( Row $row ): bool {
		return $row->columns['rc_namespace'] === '0';
	}

	/**
	 * Whether everything by which the run affects the page was changed by more than one of its changes, so that it may
	 * be as before in the end.
	 *
	 * @param Row $row
	 * @param list<array> $changes
	 */
	private function isTouchedTwice( Row $row, array $changes ): bool {
		$times = array_count_values( array_merge( ...array_map( $this->touched( ... ), $changes ) ) );
		$uses = $this->usages->ofPage( $row->change['object_id'], $row->pageId );
		$affecting = [];
		foreach ( $times as $aspect => $count ) {
			if ( array_intersect( [ $aspect, $aspect[0], 'X' ], $uses ) ) {
				$affecting[] = $count;
			}
		}
		return $affecting !== [] && min( $affecting ) > 1;
	}

	/**
	 * @return list<string> aspects, with what they are of
	 */
	private function touched( array $change ): array {
		$diff = $change['diff'];
		$touched = $diff['otherChanges'] ? [ 'O' ] : [];
		$names = [ 'L' => 'labelChanges', 'D' => 'descriptionChanges', 'C' => 'statementChanges' ];
		foreach ( $names as $aspect => $name ) {
			foreach ( $diff[$name] as $of ) {
				$touched[] = "$aspect.$of";
			}
		}
		foreach ( array_keys( $change['links'] ) as $site ) {
			$touched[] = "S.$site";
		}
		return $touched;
	}
}
