<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Registration\ExtensionRegistry;

/**
 * Finds out which versions this wiki runs.
 */
final class FoundVersions {

	private const OURS = 'WikibaseDispatch';
	private const WIKIBASE = [ 'WikibaseRepository', 'WikibaseClient' ];

	/** The native module of this process, as this wiki's extension sees it. */
	public static function module(): Module {
		return new Module( self::ours( ExtensionRegistry::getInstance()->getAllThings() ), Module::loadedVersion() );
	}

	public static function here(): Versions {
		$extensions = ExtensionRegistry::getInstance()->getAllThings();
		return new Versions(
			self::ours( $extensions ),
			Module::loadedVersion(),
			MW_VERSION,
			self::wikibase( $extensions )
		);
	}

	/**
	 * @param array<string,array<string,mixed>> $extensions
	 */
	private static function ours( array $extensions ): string {
		return (string)( $extensions[self::OURS]['version'] ?? '' );
	}

	/**
	 * @param array<string,array<string,mixed>> $extensions
	 */
	private static function wikibase( array $extensions ): ?string {
		foreach ( self::WIKIBASE as $name ) {
			$file = $extensions[$name]['path'] ?? null;
			if ( $file !== null ) {
				$manifest = is_readable( $file ) ? json_decode( (string)file_get_contents( $file ), true ) : [];
				return trim( (string)( $manifest['requires']['MediaWiki'] ?? '' ), '>= ' );
			}
		}
		return null;
	}
}
