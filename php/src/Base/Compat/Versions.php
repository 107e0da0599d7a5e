<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

/**
 * What runs here, and whether it was ever run together.
 *
 * Wikibase has no version of its own: a branch goes with a MediaWiki. What it says is which MediaWiki it needs at
 * least, and that is what it is known by here.
 */
final class Versions {

	/**
	 * MediaWiki => what the Wikibases need that it was run with. Whoever runs another combination with
	 * `tests/end-to-end/wikibase` adds it here; the README and extension.json say the same.
	 */
	private const RUN_TOGETHER = [
		'1.39' => [ '1.38' ],
		'1.43' => [ '1.43' ],
		'1.44' => [ '1.44' ],
		'1.45' => [ '1.44' ],
	];

	/**
	 * @param string $extension
	 * @param string $module
	 * @param string $mediaWiki
	 * @param string|null $wikibase the MediaWiki that it needs; null: there is no Wikibase
	 */
	public function __construct(
		public readonly string $extension,
		public readonly string $module,
		public readonly string $mediaWiki,
		public readonly ?string $wikibase
	) {
	}

	/** Whether these were run together; without Wikibase, whether this MediaWiki was run at all. */
	public function wereRunTogether(): bool {
		$known = self::RUN_TOGETHER[self::branch( $this->mediaWiki )] ?? null;
		return $known !== null
			&& ( $this->wikibase === null || in_array( self::branch( $this->wikibase ), $known, true ) );
	}

	/**
	 * @return array{string,string} the first MediaWiki that was run, and the last
	 */
	public static function range(): array {
		return [ array_key_first( self::RUN_TOGETHER ), array_key_last( self::RUN_TOGETHER ) ];
	}

	/**
	 * @return array<string,string|bool|null> for programs
	 */
	public function document(): array {
		return [
			'extension' => $this->extension,
			'module' => $this->module,
			'mediawiki' => $this->mediaWiki,
			'wikibase' => $this->wikibase,
			'runtogether' => $this->wereRunTogether(),
		];
	}

	/** `1.45` of `1.45.3` and of `1.45.0-wmf.5`. */
	private static function branch( string $version ): string {
		return implode( '.', array_slice( explode( '.', $version ), 0, 2 ) );
	}
}
