<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use ReflectionClass;

/**
 * Which aspects of entities this wiki's Wikibase can track the use of: those that its own class names, and that
 * something adds. Aliases came with 1.45, statements with qualifiers with 1.46, though 1.45 has a name for them
 * already.
 */
final class TrackedAspects {

	public const WIKIBASE = 'Wikibase\\Client\\Usage\\EntityUsage';

	private const SUFFIX = '_USAGE';

	/** What adds usages, and the methods by which it adds those that a version may name and not track. */
	private const ACCUMULATOR = 'Wikibase\\Client\\Usage\\UsageAccumulator';
	private const ADDED_BY = [ 'CQR' => 'addStatementWithQualOrRefUsage' ];

	/**
	 * @param string $class Wikibase's
	 * @param string $accumulator Wikibase's
	 * @return list<string>|null null: there is no such class
	 */
	public static function of( string $class = self::WIKIBASE, string $accumulator = self::ACCUMULATOR ): ?array {
		if ( !class_exists( $class ) ) {
			return null;
		}
		$constants = ( new ReflectionClass( $class ) )->getConstants();
		return array_values( array_filter(
			$constants,
			static fn ( mixed $value, string $name ) => is_string( $value ) && str_ends_with( $name, self::SUFFIX )
				&& ( !isset( self::ADDED_BY[$value] ) || method_exists( $accumulator, self::ADDED_BY[$value] ) ),
			ARRAY_FILTER_USE_BOTH
		) );
	}
}
