<?php
/**
 * An axis of a Plot: where on it a value is, and which values are written at it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

final class Axis {

	/**
	 * @param string $title
	 * @param float $from
	 * @param float $to
	 * @param list<int|float> $ticks
	 * @param bool $isLogarithmic what grows linearly is a straight line between two of these
	 */
	private function __construct(
		public readonly string $title,
		private readonly float $from,
		private readonly float $to,
		public readonly array $ticks,
		private readonly bool $isLogarithmic
	) {
	}

	/** From zero. */
	public static function linear( string $title, float $to, float $step ): self {
		return new self( $title, 0, $to, range( 0, $to, $step ), false );
	}

	/**
	 * @param string $title
	 * @param list<int|float> $values each is written at the axis; all above 0
	 */
	public static function ofValues( string $title, array $values ): self {
		$room = 10 ** 0.1;
		return new self( $title, min( $values ) / $room, max( $values ) * $room, array_unique( $values ), true );
	}

	/**
	 * @param string $title
	 * @param list<int|float> $values those that have to find room between powers of ten; all above 0
	 */
	public static function ofPowers( string $title, array $values ): self {
		$powers = range( floor( log10( min( $values ) ) ), ceil( log10( max( $values ) ) ) );
		$ticks = array_map( static fn ( $power ) => 10 ** $power, $powers );
		return new self( $title, $ticks[0], end( $ticks ), $ticks, true );
	}

	/** How far along the axis a value is, from 0 to 1; one that does not fit is at an end. */
	public function share( float $value ): float {
		$value = min( max( $value, $this->from ), $this->to );
		return $this->isLogarithmic
			? log10( $value / $this->from ) / log10( $this->to / $this->from )
			: ( $value - $this->from ) / ( $this->to - $this->from );
	}

	/** A value in as few digits as it needs. */
	public static function words( float $value ): string {
		return $value >= 1 && $value == (int)$value
			? number_format( $value ) : rtrim( rtrim( number_format( $value, 6 ), '0' ), '.' );
	}
}
