<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

/**
 * The native module of this process: whether there is one, and whether this extension can work with it.
 *
 * The two are released together, but are installed by different hands, and a PHP process keeps the module that it was
 * started with. Hosts that only answer requests do without.
 */
final class Module {

	private const NAME = 'wikibase_dispatch';

	/**
	 * @param string $extension version of this extension
	 * @param string $version version of the module; '' if this process has none
	 */
	public function __construct( private readonly string $extension, public readonly string $version ) {
	}

	/** The version of the module that this process has loaded; '' if it has none. */
	public static function loadedVersion(): string {
		return (string)phpversion( self::NAME );
	}

	public function isLoaded(): bool {
		return $this->version !== '';
	}

	/**
	 * Before 1.0 every minor version may change what the module and the extension say to each other; from then on a
	 * module serves extensions of its own major version that are not newer.
	 */
	public function isUsable(): bool {
		[ $major, $minor ] = self::parts( $this->extension );
		[ $moduleMajor, $moduleMinor ] = self::parts( $this->version );
		return $this->isLoaded() && $moduleMajor === $major
			&& ( $major === 0 ? $moduleMinor === $minor : $moduleMinor >= $minor );
	}

	/** The version that this extension needs, without its last part. */
	public function needed(): string {
		return implode( '.', self::parts( $this->extension ) );
	}

	/**
	 * @throws UnusableModuleException
	 */
	public function require(): void {
		if ( !$this->isUsable() ) {
			throw new UnusableModuleException( $this->whyNot() );
		}
	}

	/** What an admin is told where the module is needed and cannot be used. */
	public function whyNot(): string {
		return $this->isLoaded()
			? "WikibaseDispatch {$this->extension} cannot work with version {$this->version} of the native module " .
				self::NAME . ", only with {$this->needed()}. Install both in the same version on this host, and " .
				'restart PHP-FPM or the web server, and job runners: a process keeps the module that it was started ' .
				'with.'
			: "WikibaseDispatch {$this->extension} requires " . self::NAME . ' PHP extension to be installed, in ' .
				"version {$this->needed()}, on every host that runs its jobs or scripts. This PHP has not loaded it.";
	}

	/**
	 * @return array{int,int} major and minor
	 */
	private static function parts( string $version ): array {
		$parts = explode( '.', $version );
		return [ (int)$parts[0], (int)( $parts[1] ?? 0 ) ];
	}
}
