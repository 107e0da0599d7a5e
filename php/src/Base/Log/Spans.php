<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Log;

/**
 * Writes times as somebody reads them who looks at a terminal: how long ago, and when.
 */
final class Spans {

	private const UNITS = [ [ 86400, 'd', 3600, 'h' ], [ 3600, 'h', 60, 'min' ], [ 60, 'min', 1, 's' ] ];

	/** `12 s`, `4 min`, `3 h 12 min`, `2 d 1 h`: as exact as matters. */
	public static function span( int $seconds ): string {
		$seconds = max( 0, $seconds );
		foreach ( self::UNITS as [ $unit, $name, $smaller, $smallerName ] ) {
			if ( $seconds >= $unit ) {
				$rest = intdiv( $seconds % $unit, $smaller );
				// Nobody needs the seconds of half an hour.
				$isShown = $rest > 0 && ( $smaller > 1 || $seconds < 600 );
				return intdiv( $seconds, $unit ) . " $name" . ( $isShown ? " $rest $smallerName" : '' );
			}
		}
		return "$seconds s";
	}

	public static function moment( int $unix ): string {
		return gmdate( 'Y-m-d H:i:s', $unix ) . ' UTC';
	}

	/** `12 s ago`, or `never`. */
	public static function ago( ?int $unix, int $now ): string {
		return $unix === null ? 'never' : self::span( $now - $unix ) . ' ago';
	}
}
