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
	public const MAY_CANCEL = 'a run in which each thing was changed twice: it might have cancelled';
	public const OLD_ALIAS = 'an alias, and a usage from before 1.45, which says no more than "other"';
	public const LATER_ASPECT = 'a usage from a later Wikibase, which the one of the data does not look up';
	public const LEFT_OUT =
		'a changed value in a run with changed qualifiers: Wikibase leaves it out where it compares revisions';
	public const NO_ROW =
		'a run that skips a revision: Wikibase 1.45 writes no change of qualifiers, so any statement may have some';
	public const MAY_BE_LEFT_OUT =
		'a run with changed qualifiers: of any statement Wikibase 1.45 may have left a changed value out of its change';

	/** That Wikibase 1.43 tells of one change: the first batch, whose size is `$wgUpdateRowsPerJob`. */
	private const MOST_PAGES = 300;

	/** @var array<string,int> key of a change => rows with Wikibase */
	private array $told = [];

	/**
	 * @param Changes $changes
	 * @param Usages $usages
	 * @param Touched $touched
	 * @param string $wiki
	 * @param list<Row> $expected
	 */
	public function __construct(
		private readonly Changes $changes,
		protected readonly Usages $usages,
		private readonly Touched $touched,
		private readonly string $wiki,
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
	 * Why a row that both wrote differs, for more than its comment.
	 *
	 * @param Row $expected
	 * @param Row $actual
	 * @param list<string> $columns that differ
	 */
	public function whyDifferent( Row $expected, Row $actual, array $columns ): ?string {
		return null;
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
		$uses = $this->usages->ofPage( $change['object_id'], $row->pageId );
		return ( $change['id'] === null ? $this->whyGone( $uses, $told ) : null ) ?? $this->whyBesides( $uses, $told );
	}

	/**
	 * Why we look up what the page uses, where Wikibase does not.
	 *
	 * @param list<string> $uses aspects of the entity
	 * @param list<array> $told a change of the entity, or a run
	 */
	protected function whyBesides( array $uses, array $told ): ?string {
		$all = static fn ( callable $touched ) => array_merge( ...array_map( $touched, $told ) );
		if ( array_intersect( $uses, $all( fn ( $change ) => $this->touched->byWikibase( $change, $this->wiki ) ) ) ) {
			return null;
		}
		$besides = array_intersect( $uses, $all( $this->touched->byUsBesides( ... ) ) );
		if ( $besides !== [] ) {
			return in_array( 'O', $besides, true ) ? self::OLD_ALIAS : self::LATER_ASPECT;
		}
		if ( preg_grep( '/^C(QR)?(\.|$)/', $uses ) !== [] ) {
			if ( $this->skipsRevision( $told ) ) {
				return self::NO_ROW;
			}
			if ( $this->mayHaveLeftOut( $told ) ) {
				return self::MAY_BE_LEFT_OUT;
			}
		}
		$mayCancel = min( [ 2, ...$this->times( $told ) ] ) > 1;
		return $mayCancel && in_array( 'O', $uses, true ) ? self::MAY_CANCEL : null;
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
	 * Whether an edit lies in a run of which no change was written.
	 *
	 * @param list<array> $run
	 */
	private function skipsRevision( array $run ): bool {
		$before = null;
		foreach ( $run as [ 'metadata' => $metadata ] ) {
			if ( $before !== null && $metadata['parent_id'] !== $before ) {
				return $this->touched->missesQualifiers();
			}
			$before = $metadata['rev_id'];
		}
		return false;
	}

	/**
	 * Whether a change of a run is of qualifiers, so that it may not tell of all values.
	 *
	 * @param list<array> $run
	 */
	private function mayHaveLeftOut( array $run ): bool {
		$diffs = array_column( $run, 'diff' );
		return count( $run ) > 1 && $this->touched->missesQualifiers()
			&& array_filter( array_column( $diffs, 'statementChangesQualOrRefOnly' ) ) !== [];
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
	 * Why a run may come to nothing for the page with Wikibase: whatever it uses was changed by more than one of the
	 * changes, so that it may be as before in the end; or it was the value of a statement, and another statement's
	 * qualifiers were changed as well.
	 *
	 * @param list<string> $uses aspects of the entity
	 * @param list<array> $run
	 */
	protected function whyGone( array $uses, array $run ): ?string {
		$times = $this->times( $run );
		$qualifiers = array_merge( ...array_map(
			static fn ( array $change ) => $change['diff']['statementChangesQualOrRefOnly'] ?? [],
			$run
		) );
		$leavesOut = $qualifiers !== [] || $this->skipsRevision( $run );
		$reason = null;
		foreach ( array_merge( ...array_map( $this->touched->things( ... ), $run ) ) as $thing => $aspects ) {
			if ( array_intersect( $aspects, $uses ) === [] ) {
				continue;
			}
			if ( $times[$thing] > 1 ) {
				$reason ??= self::REVERTED;
			} elseif ( $leavesOut && $thing[0] === 'C' ) {
				$reason = self::LEFT_OUT;
			} else {
				return null;
			}
		}
		return $reason;
	}

	/**
	 * @param list<array> $run
	 * @return array<string,int> thing => how many changes of the run changed it
	 */
	private function times( array $run ): array {
		$things = array_map( fn ( array $change ) => array_keys( $this->touched->things( $change ) ), $run );
		return array_count_values( array_merge( ...$things ) );
	}
}
