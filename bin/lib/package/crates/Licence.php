<?php

declare( strict_types = 1 );

namespace WikibaseDispatchPackage;

use RuntimeException;

/**
 * A licence expression (SPDX) as crates have it: `MIT OR Apache-2.0`, `(MIT OR Apache-2.0) AND Unicode-3.0`.
 */
class Licence {

	/** @var list<string> */
	private array $words;
	public readonly string $expression;

	public function __construct( string $expression ) {
		// Older crates write a slash.
		$this->expression = str_replace( '/', ' OR ', $expression );
		preg_match_all( '/[()]|[^\s()]+/', $this->expression, $words );
		$this->words = $words[0];
	}

	/**
	 * Whether these licences are enough to use it.
	 * @param list<string> $allowed
	 * @param array<string,true> &$used those that were needed
	 */
	public function fits( array $allowed, array &$used = [] ): bool {
		$words = $this->words;
		$fits = self::either( $words, $allowed, $used );
		if ( $words !== [] ) {
			throw new RuntimeException( "no licence expression: $this->expression" );
		}
		return $fits;
	}

	private static function either( array &$words, array $allowed, array &$used ): bool {
		$fits = self::both( $words, $allowed, $used );
		while ( ( $words[0] ?? '' ) === 'OR' ) {
			array_shift( $words );
			$fits = self::both( $words, $allowed, $used ) || $fits;
		}
		return $fits;
	}

	private static function both( array &$words, array $allowed, array &$used ): bool {
		$fits = self::one( $words, $allowed, $used );
		while ( ( $words[0] ?? '' ) === 'AND' ) {
			array_shift( $words );
			$fits = self::one( $words, $allowed, $used ) && $fits;
		}
		return $fits;
	}

	private static function one( array &$words, array $allowed, array &$used ): bool {
		$word = array_shift( $words ) ?? '';
		if ( $word === '(' ) {
			$fits = self::either( $words, $allowed, $used );
			array_shift( $words );
			return $fits;
		}
		if ( ( $words[0] ?? '' ) === 'WITH' ) {
			$word .= ' WITH ' . array_splice( $words, 0, 2 )[1];
		}
		if ( !in_array( $word, $allowed, true ) ) {
			return false;
		}
		$used[$word] = true;
		return true;
	}
}
