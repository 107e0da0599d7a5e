<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\PlainText;

/**
 * The messages of the extension in English, where MediaWiki does not run.
 */
final class EnglishText {

	private const FILES = [ __DIR__ . '/../../../i18n/en.json', __DIR__ . '/../../../i18n/client/en.json' ];

	public static function words(): PlainText {
		return new PlainText( self::message( ... ) );
	}

	/**
	 * @param string $name
	 * @param list<string> $params
	 */
	private static function message( string $name, array $params ): string {
		$messages = array_merge( ...array_map(
			static fn ( string $file ) => json_decode( file_get_contents( $file ), true ), self::FILES
		) );
		$text = preg_replace( '/<[^>]*>/', '', $messages[$name] ?? '' );
		$text = preg_replace_callback(
			'/\{\{PLURAL:\$(\d)\|([^|]*)\|([^}]*)\}\}/',
			static fn ( array $plural ) => $params[$plural[1] - 1] === '1' ? $plural[2] : $plural[3],
			$text
		);
		$replacements = [];
		foreach ( $params as $i => $param ) {
			$replacements['$' . ( $i + 1 )] = $param;
		}
		return strtr( $text, $replacements );
	}
}
