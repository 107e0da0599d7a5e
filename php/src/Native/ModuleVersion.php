<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Native;

/**
 * Which native modules this extension can work with.
 *
 * The two are released together, but are installed by different hands, and a PHP process keeps the module that it was
 * started with. MediaWiki can only ask whether there is one, not which.
 */
final class ModuleVersion {

	private const MODULE = 'wikibase_dispatch';

	/** The version of the module that this process has loaded; '' if it has none. */
	public static function loaded(): string {
		return (string)phpversion( self::MODULE );
	}

	/**
	 * Before 1.0 every minor version may change what the module and the extension say to each other; from then on a
	 * module serves extensions of its own major version that are not newer.
	 *
	 * @throws IncompatibleModuleException
	 */
	public static function check( string $extension, string $module ): void {
		[ $major, $minor ] = self::parts( $extension );
		[ $moduleMajor, $moduleMinor ] = self::parts( $module );
		$isUsable = $major === 0 ? $moduleMinor === $minor : $moduleMinor >= $minor;
		if ( $module === '' || $moduleMajor !== $major || !$isUsable ) {
			throw new IncompatibleModuleException( $extension, $module, self::MODULE, "$major.$minor" );
		}
	}

	/**
	 * @return array{int,int} major and minor
	 */
	private static function parts( string $version ): array {
		$parts = explode( '.', $version );
		return [ (int)$parts[0], (int)( $parts[1] ?? 0 ) ];
	}
}
