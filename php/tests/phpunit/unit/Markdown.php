<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

/**
 * A document of the project, as its tests see it.
 */
class Markdown {

	private readonly string $text;

	public function __construct( public readonly string $path ) {
		$this->text = file_get_contents( $path );
	}

	/**
	 * The words that somebody reads: code blocks and blocks that a program fills are not counted.
	 */
	public function words(): int {
		$text = preg_replace( [ '/<[^>]+>/', '/\]\([^)]*\)/' ], [ ' ', ']' ], implode( "\n", $this->written() ) );
		return count( preg_grep( '/\w/', preg_split( '/\s+/', $text ) ) );
	}

	/**
	 * @return array<int,string> what is neither a table nor code, by line number
	 */
	public function prose(): array {
		return preg_grep( '/^(?:\||<)/', $this->written(), PREG_GREP_INVERT );
	}

	/**
	 * @return list<string> what stands between backticks, and the lines of code blocks that are commands
	 */
	public function code(): array {
		preg_match_all( '/`([^`\n]+)`/', implode( "\n", $this->written() ), $spans );
		preg_match_all( '/^(?: {4,}|\t)(\S.*)$/m', $this->text, $lines );
		return [ ...$spans[1], ...$lines[1] ];
	}

	/**
	 * @return list<string> addresses of links and images
	 */
	public function links(): array {
		preg_match_all( '/\]\(([^)\s]+)\)|src="([^"]+)"/', implode( "\n", $this->written() ), $matches );
		return array_values( array_filter( [ ...$matches[1], ...$matches[2] ] ) );
	}

	/**
	 * @return list<string> of the headings, as GitHub makes them
	 */
	public function anchors(): array {
		preg_match_all( '/^#+ (.+)$/m', implode( "\n", $this->written() ), $headings );
		return array_map( static function ( string $heading ): string {
			$heading = preg_replace( [ '/\]\([^)]*\)/', '/[^\w\- ]/u' ], '', $heading );
			return str_replace( ' ', '-', mb_strtolower( $heading ) );
		}, $headings[1] );
	}

	/**
	 * @return array<int,string> what a person has written, by line number, without code blocks
	 */
	private function written(): array {
		$lines = [];
		$end = null;
		foreach ( explode( "\n", $this->text ) as $number => $line ) {
			if ( $end !== null ) {
				$end = trim( $line ) === $end ? null : $end;
			} elseif ( str_starts_with( ltrim( $line ), '```' ) ) {
				$end = '```';
			} elseif ( preg_match( '/^<!-- (?:bench|comparison|soak) [a-z ]+ -->$/', $line ) ) {
				$end = '<!-- end -->';
			} elseif ( !preg_match( '/^(?: {4,}|\t)/', $line ) ) {
				$lines[$number + 1] = $line;
			}
		}
		return $lines;
	}
}
