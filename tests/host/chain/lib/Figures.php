<?php
/**
 * Percentiles of what was measured.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

final class Figures {

	/**
	 * @param list<float> $values
	 * @param float $part 0.5 for the median
	 */
	public static function percentile( array $values, float $part ): float {
		sort( $values );
		return $values ? $values[(int)floor( $part * ( count( $values ) - 1 ) )] : NAN;
	}

	/**
	 * @param list<float> $seconds
	 */
	public static function latency( array $seconds ): string {
		[ $median, $slow ] = [ self::percentile( $seconds, 0.5 ), self::percentile( $seconds, 0.99 ) ];
		return sprintf( 'p50 %.2f s, p99 %.2f s', $median, $slow );
	}
}
