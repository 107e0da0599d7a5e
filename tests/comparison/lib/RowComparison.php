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
	 * @var array<string,string> page, as namespace:title, that has rows here and none with Wikibase => the reason of
	 *   the last
	 */
	public array $pagesMore = [];

	private readonly Comments $comments;

	/**
	 * @param list<Row> $expected
	 * @param list<Row> $actual
	 * @param Reasons $reasons
	 */
	public function __construct( array $expected, array $actual, private readonly Reasons $reasons ) {
		$this->comments = new Comments();
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
		if ( $differing !== [] ) {
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
			if ( $reason !== null && !isset( $byPage[$row->pageId] ) ) {
				$this->pagesMore["{$row->columns['rc_namespace']}:{$row->columns['rc_title']}"] = $reason;
			}
		}
		foreach ( $missing as $row ) {
			$reason = $this->reasons->whyMissing( $row, $unmerged[$row->pageId] ?? [] );
			$this->count( $reason, "{$row->key()}: only there with Wikibase" );
		}
	}

	private function count( ?string $reason, string $line = '' ): void {
		if ( $reason === null ) {
			$this->unexplained[] = $line;
		} else {
			$this->byReason[$reason] = ( $this->byReason[$reason] ?? 0 ) + 1;
		}
	}
}
