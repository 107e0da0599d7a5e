<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

use MediaWiki\Language\RawMessage;

/**
 * MediaWiki's messages as a terminal shows them: in English, as maintenance scripts are, and without tags.
 */
final class EnglishMessages {

	private const LANGUAGE = 'en';

	/**
	 * @param string $name
	 * @param list<string> $params
	 * @return string '' if there is no such message
	 */
	public static function text( string $name, array $params ): string {
		// Not what a wiki has made of it: that may be in another language.
		$source = wfMessage( $name )->inLanguage( self::LANGUAGE )->useDatabase( false );
		if ( !$source->exists() ) {
			return '';
		}
		// The tags go first: what looks like one in a parameter is none.
		$message = new RawMessage( strip_tags( $source->plain() ) );
		foreach ( $params as $param ) {
			// Only a number can be one that {{PLURAL}} goes by.
			if ( preg_match( '/^[\d,]+$/', $param ) ) {
				$message->params( $param );
			} else {
				$message->plaintextParams( $param );
			}
		}
		return $message->inLanguage( self::LANGUAGE )->text();
	}
}
