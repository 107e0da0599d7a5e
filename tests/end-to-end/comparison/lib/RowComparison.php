<?php
/**
 * Recent changes, compared row by row.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

class RowComparison {

	public int $same = 0;
	/** @var array<string,int> reason => rows of either side that differ for it */
	public array $byReason = [];
	/** @var list<string> */
	public array $unexplained = [];
	/**
	 * @var array<string,string> page, as namespace:title, with a row here that Wikibase does not have => the reason of
	 *   the last: why the page may have been updated by us alone. (That Wikibase has other rows says nothing: those of
	 *   a farm may be old ones, of which something was hidden since.)
	 */
	public array $pagesMore = [];

	/** @var array<string,string> page with a row that only Wikibase has => the reason of the last */
	public array $pagesFewer = [];

	/**
	 * @param list<Row> $expected
	 * @param list<Row> $actual
	 * @param Reasons $reasons
	 * @param Comments $comments
	 */
	public function __construct(
		array $expected,
		array $actual,
		private readonly Reasons $reasons,
		private readonly Comments $comments
	) {
		$waiting = [];
		foreach ( $expected as $row ) {
			$waiting[$row->key()][] = $row;
		}
		$more = [];
		foreach ( $actual as $row ) {
			if ( empty( $waiting[$row->key()] ) ) {
				$more[] = $row;
			} else {
				$this->compare( array_pop( $waiting[$row->key()] ), $row );
			}
		}
		$missing = array_merge( ...array_values( $waiting ) );
		$this->explain( $missing, $more, $expected );
	}

	private function compare( Row $expected, Row $actual ): void {
		$differing = array_keys( array_diff_assoc( $expected->columns, $actual->columns ) );
		$reason = $this->reasons->whyDifferent( $expected, $actual, $differing );
		if ( $reason !== null ) {
			$this->count( $reason );
		} elseif ( $differing !== [] ) {
			$this->unexplained[] = "{$actual->key()}: " . implode( ', ', array_map(
				static fn ( string $name ) =>
					"$name is {$actual->columns[$name]}, with Wikibase {$expected->columns[$name]}",
				$differing
			) );
		} elseif ( $this->comments->isSame( $expected->comment, $actual->comment ) ) {
			$this->same++;
		} elseif ( $this->reasons->isCommentLost( $expected, $actual, $this->comments ) ) {
			$this->count( Reasons::COMMENT_LOST );
		} else {
			$this->unexplained[] = "{$actual->key()}: the comment is '{$actual->comment}', "
				. "with Wikibase '{$expected->comment}'";
		}
	}

	/**
	 * @param list<Row> $missing
	 * @param list<Row> $more
	 * @param list<Row> $expected all
	 */
	private function explain( array $missing, array $more, array $expected ): void {
		$byPage = [];
		foreach ( $expected as $row ) {
			$byPage[$row->pageId][] = $row;
		}
		$unmerged = [];
		foreach ( $more as $row ) {
			$reason = $this->reasons->whyMore( $row, $byPage[$row->pageId] ?? [] );
			if ( $reason === Reasons::NOT_MERGED ) {
				$unmerged[$row->pageId][] = $row;
			}
			$this->count( $reason, "{$row->key()}: not there with Wikibase" );
			if ( $reason !== null ) {
				$this->pagesMore[self::page( $row )] = $reason;
			}
		}
		foreach ( $missing as $row ) {
			$reason = $this->reasons->whyMissing( $row, $unmerged[$row->pageId] ?? [] );
			$this->count( $reason, "{$row->key()}: only there with Wikibase" );
			if ( $reason !== null ) {
				$this->pagesFewer[self::page( $row )] = $reason;
			}
		}
	}

	private static function page( Row $row ): string {
		return "{$row->columns['rc_namespace']}:{$row->columns['rc_title']}";
	}

	private function count( ?string $reason, string $line = '' ): void {
		if ( $reason === null ) {
			$this->unexplained[] = $line;
		} else {
			$this->byReason[$reason] = ( $this->byReason[$reason] ?? 0 ) + 1;
		}
	}
}
