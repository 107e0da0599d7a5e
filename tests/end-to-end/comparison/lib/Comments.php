<?php
/**
 * Compares comments. The wiki under test has placeholders for the messages of Wikibase's client, so where a comment is
 * a message, what Wikibase wrote shows the message's text: it has to be one and the same wherever the same message is
 * used.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

class Comments {

	/** As in i18n/en.json. */
	private const PLACEHOLDER = '/⟦([a-z-]+)((?:\|[^⟧]*)?)⟧/u';

	/** A comment has 500 characters at most; it is cut between two of them that do not belong together. */
	private const NEARLY_FULL = 480;

	/** @var array<string,string> name of a message => its text, with $1 and $2 */
	private array $texts = [];

	/**
	 * @param string $separator between the items of a list, in the wiki's language
	 */
	public function __construct( private readonly string $separator ) {
	}

	public function isSame( string $expected, string $actual ): bool {
		if ( $expected === $actual ) {
			return true;
		}
		if ( !preg_match( self::PLACEHOLDER, $actual, $match ) || $match[0] !== $actual ) {
			return false;
		}
		$text = $expected;
		foreach ( array_slice( explode( '|', $match[2] ), 1 ) as $place => $parameter ) {
			$text = str_replace( $parameter, '$' . ( $place + 1 ), $text, $count );
			if ( $count !== 1 ) {
				return false;
			}
		}
		$this->texts[$match[1]] ??= $text;
		return $this->texts[$match[1]] === $text;
	}

	/**
	 * Whether a comment tells of each of some changes, up to where it was cut: by its summary, or by a message if it
	 * moves a site link.
	 *
	 * @param string $comment
	 * @param list<array> $changes
	 */
	public function tellsOfAll( string $comment, array $changes ): bool {
		$patterns = array_map( self::pattern( ... ), $changes );
		$separator = preg_quote( $this->separator, '/' );
		if ( preg_match( '/^' . implode( $separator, $patterns ) . '$/us', $comment ) ) {
			return true;
		}
		if ( mb_strlen( $comment ) < self::NEARLY_FULL || !preg_match( '/^(.*)(?:…|\.\.\.)$/us', $comment, $cut ) ) {
			return false;
		}
		// Some stand there whole, and the next one begins.
		for ( $whole = count( $changes ) - 1; $whole >= 0; $whole-- ) {
			$before = array_slice( $patterns, 0, $whole );
			$pattern = implode( '', array_map( static fn ( $one ) => $one . $separator, $before ) );
			if ( preg_match( "/^$pattern(.*)$/us", $cut[1], $match ) ) {
				return self::movesLink( $changes[$whole] )
					|| str_starts_with( self::summary( $changes[$whole] ) . $this->separator, $match[1] );
			}
		}
		return false;
	}

	private static function pattern( array $change ): string {
		return self::movesLink( $change ) ? '.+?' : preg_quote( self::summary( $change ), '/' );
	}

	private static function summary( array $change ): string {
		return $change['metadata']['comment'];
	}

	private static function movesLink( array $change ): bool {
		foreach ( $change['links'] as [ $old, $new ] ) {
			if ( $old !== $new ) {
				return true;
			}
		}
		return false;
	}
}
