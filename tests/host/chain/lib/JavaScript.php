<?php
/**
 * JSON as it is after JavaScript has read and written it: keys that are whole numbers come first, in ascending order,
 * and every number is a double.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use stdClass;

final class JavaScript {

	private const FLAGS = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS
		| JSON_THROW_ON_ERROR;

	public static function overJson( string $json ): string {
		return self::write( json_decode( $json, false, 99, JSON_THROW_ON_ERROR ) );
	}

	private static function write( mixed $value ): string {
		return match ( true ) {
			is_int( $value ) || is_float( $value ) => self::number( (float)$value ),
			is_array( $value ) => '[' . implode( ',', array_map( self::write( ... ), $value ) ) . ']',
			$value instanceof stdClass => self::members( get_object_vars( $value ) ),
			default => json_encode( $value, self::FLAGS ),
		};
	}

	private static function members( array $values ): string {
		$isIndex = static fn ( int|string $key ) => is_int( $key ) && $key >= 0 && $key < 2 ** 32 - 1;
		$indexes = array_filter( $values, $isIndex, ARRAY_FILTER_USE_KEY );
		ksort( $indexes );
		$members = [];
		foreach ( $indexes + $values as $key => $value ) {
			$members[] = json_encode( (string)$key, self::FLAGS ) . ':' . self::write( $value );
		}
		return '{' . implode( ',', $members ) . '}';
	}

	private static function number( float $value ): string {
		$shortest = json_encode( $value );
		if ( abs( $value ) >= 1e21 || !preg_match( '/^(-?)(\d)(?:\.(\d+))?e\+(\d+)$/', $shortest, $match ) ) {
			return $shortest;
		}
		[ , $sign, $first, $rest, $exponent ] = $match;
		return $sign . $first . str_pad( $rest === '0' ? '' : $rest, (int)$exponent, '0' );
	}
}
