<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Plot;

/**
 * How far an axis goes from zero, and which values are written at it: few, and round ones.
 */
final class Scale {

	/** Intervals between the lines of a plot, at most. */
	private const INTERVALS = 4;

	/** Seconds that are a round number of seconds, minutes, hours or days. */
	private const ROUND_SECONDS = [
		5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
	];

	private function __construct( public readonly float $end, private readonly float $step ) {
	}

	public static function ofSeconds( float $largest ): self {
		foreach ( self::ROUND_SECONDS as $step ) {
			if ( $largest <= $step * self::INTERVALS ) {
				return self::withStep( $largest, $step );
			}
		}
		$days = self::roundNumber( $largest / $step / self::INTERVALS );
		return self::withStep( $largest, $days * $step );
	}

	/** Numbers of things, of which there is no half. */
	public static function ofCounts( float $largest ): self {
		return self::withStep( $largest, max( 1.0, self::roundNumber( $largest / self::INTERVALS ) ) );
	}

	/**
	 * @return list<float> from zero
	 */
	public function ticks(): array {
		return range( 0, $this->end, $this->step );
	}

	private static function withStep( float $largest, float $step ): self {
		return new self( max( 1, ceil( $largest / $step ) ) * $step, $step );
	}

	/** The next one, two or five times a power of ten. */
	private static function roundNumber( float $least ): float {
		if ( $least <= 0 ) {
			return 1.0;
		}
		$power = 10 ** floor( log10( $least ) );
		foreach ( [ 1, 2, 5 ] as $factor ) {
			if ( $least <= $factor * $power ) {
				return $factor * $power;
			}
		}
		return 10 * $power;
	}
}
