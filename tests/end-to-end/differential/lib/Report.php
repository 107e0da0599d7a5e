<?php
/**
 * What was the same, what was different for a reason, and what for none; over all rounds.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential;

use RuntimeException;

class Report {

	private const SHOWN = 40;

	/** @var array<string,int> what was compared => how many were the same */
	private array $same = [];
	/** @var array<string,array<string,int>> what was compared => reason => how many */
	private array $byReason = [];
	/** @var list<string> */
	private array $unexplained = [];
	/** @var array<string,array<string,int>> kind of edit => what came of it => how many */
	private array $edits = [];
	private int $hidden = 0;

	/**
	 * @param list<string> $expected what was edited on the one farm
	 * @param list<string> $actual on the other
	 */
	public function edits( array $expected, array $actual ): void {
		foreach ( array_keys( $expected + $actual ) as $place ) {
			if ( ( $expected[$place] ?? '' ) !== ( $actual[$place] ?? '' ) ) {
				throw new RuntimeException( "the edits were not the same on both farms.\n  Wikibase alone: "
					. ( $expected[$place] ?? 'none' ) . "\n  with us:        " . ( $actual[$place] ?? 'none' ) );
			}
		}
		foreach ( $expected as $line ) {
			[ , $kind ] = explode( "\t", $line );
			// Of one of each kind there are two fields, and it has been made; by chance the last says what came of it.
			$result = preg_match( '/\tok$|^[^\t]+\t[^\t]+\t[^\t]+$/', $line ) ? 'made' : 'refused';
			$this->edits[$kind][$result] = ( $this->edits[$kind][$result] ?? 0 ) + 1;
		}
	}

	public function compare( Round $round ): void {
		foreach ( $round->rows as $wiki => $rows ) {
			$this->count( 'recent changes', $rows->same, $rows->byReason,
				array_map( static fn ( string $line ) => "$wiki, recent changes: $line", $rows->unexplained ) );
			foreach ( $round->pages[$wiki] as $what => $pages ) {
				$unexplained = $reasons = [];
				foreach ( [
					[ $pages->missing, $rows->pagesFewer, 'by Wikibase and not by us' ],
					[ $pages->more, $rows->pagesMore, 'by us and not by Wikibase' ],
				] as [ $differing, $known, $words ] ) {
					foreach ( $differing as $page ) {
						if ( isset( $known[$page] ) ) {
							$reasons[] = $known[$page];
						} else {
							$unexplained[] = "$wiki, $page: $what $words";
						}
					}
				}
				$this->count( "pages $what", $pages->same, array_count_values( $reasons ), $unexplained );
			}
		}
	}

	/** What was hidden on the repo stands nowhere where anybody could read it. */
	public function secrets( Trial ...$trials ): void {
		foreach ( $trials as $trial ) {
			foreach ( $trial->hiddenSummaries() as $secret ) {
				$this->hidden++;
				foreach ( $trial->farm->wikis as $wiki ) {
					$count = $trial->farm->number( $wiki, "SELECT COUNT(*) FROM {recentchanges} JOIN {comment}
						ON comment_id = rc_comment_id WHERE {:text rc_source} = 'wb' AND rc_deleted & 2 = 0
						AND {:text comment_text} LIKE ?", [ "%$secret%" ] );
					if ( $count > 0 ) {
						$this->unexplained[] = basename( $trial->farm->folder )
							. ", $wiki: the hidden summary '$secret' is in $count recent changes";
					}
				}
			}
		}
	}

	public function unexplainedSoFar(): int {
		return count( $this->unexplained );
	}

	/**
	 * @return int exit code
	 */
	public function print(): int {
		$made = array_sum( array_column( $this->edits, 'made' ) );
		echo "$made edits of ", count( $this->edits ), ' kinds, ',
			array_sum( array_column( $this->edits, 'refused' ) ), ' refused by the API, ',
			$this->hidden, " summaries hidden\n";
		foreach ( $this->same as $what => $count ) {
			$different = array_sum( $this->byReason[$what] );
			printf( "%-16s %7d the same, %6d different for a reason\n", $what, $count, $different );
			ksort( $this->byReason[$what] );
			foreach ( $this->byReason[$what] as $reason => $times ) {
				printf( "%23d: %s\n", $times, $reason );
			}
		}
		echo count( $this->unexplained ), " unexplained\n";
		foreach ( array_slice( $this->unexplained, 0, self::SHOWN ) as $line ) {
			echo '  ', mb_strimwidth( $line, 0, 700, '…' ), "\n";
		}
		return $this->unexplained === [] ? 0 : 1;
	}

	/**
	 * @param string $what
	 * @param int $same
	 * @param array<string,int> $byReason
	 * @param list<string> $unexplained
	 */
	private function count( string $what, int $same, array $byReason, array $unexplained ): void {
		$this->same[$what] = ( $this->same[$what] ?? 0 ) + $same;
		$this->byReason[$what] ??= [];
		foreach ( $byReason as $reason => $count ) {
			$this->byReason[$what][$reason] = ( $this->byReason[$what][$reason] ?? 0 ) + $count;
		}
		array_push( $this->unexplained, ...$unexplained );
	}
}
