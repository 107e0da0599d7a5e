<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

/**
 * The time that a plot shows, cut into columns of equal width: however much is known, a plot holds one value a column.
 */
final class TimeWindow {

	public const COLUMNS = 180;

	private const SECONDS_PER_HOUR = 3600;

	/** Hours shown => seconds between two labels. */
	private const STEPS = [ 3 => 1800, 24 => 14400 ];

	/** What may be chosen. */
	public const HOURS = [ 3, 24 ];

	public readonly int $from;
	public readonly int $secondsPerColumn;

	/**
	 * @param int $hours one of {@see HOURS}
	 * @param int $to Unix time
	 */
	public function __construct( public readonly int $hours, public readonly int $to ) {
		$this->from = $to - $hours * self::SECONDS_PER_HOUR;
		$this->secondsPerColumn = intdiv( $to - $this->from, self::COLUMNS );
	}

	/** The column of a time; null when it is not in the window. */
	public function column( int $time ): ?int {
		if ( $time < $this->from || $time > $this->to ) {
			return null;
		}
		return min( self::COLUMNS - 1, intdiv( $time - $this->from, $this->secondsPerColumn ) );
	}

	/**
	 * Round times to be written below a plot.
	 *
	 * @return array<int,float> Unix time => where that is, from 0 to 1
	 */
	public function ticks(): array {
		$step = self::STEPS[$this->hours];
		$ticks = [];
		for ( $time = intdiv( $this->from + $step - 1, $step ) * $step; $time <= $this->to; $time += $step ) {
			$ticks[$time] = ( $time - $this->from ) / ( $this->to - $this->from );
		}
		return $ticks;
	}
}
