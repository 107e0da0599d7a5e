<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

use Closure;

/**
 * What the samples say of a time that is to be plotted, column by column.
 */
final class Timeline {

	/** Seconds: of what lies between samples that are further apart nothing is told. Nobody was there. */
	private const JOINED = 300;

	/** Seconds over which a rate is measured at least. */
	private const RATED = 45;

	/**
	 * @param TimeWindow $window
	 * @param list<Sample> $samples in order of time; those before the window are of use, too
	 */
	public function __construct( private readonly TimeWindow $window, private readonly array $samples ) {
	}

	/** @return list<?float> seconds of lag of the client in the middle */
	public function medianLag(): array {
		return $this->levels( static fn ( Sample $sample ) => $sample->medianLag );
	}

	/** @return list<?float> seconds of lag of one client */
	public function lagOf( string $siteId ): array {
		return $this->levels( static fn ( Sample $sample ) => $sample->lagOf( $siteId ) );
	}

	/** @return list<?float> changes a minute that were written */
	public function in(): array {
		return $this->averages( static fn ( Rates $rates ) => $rates->in );
	}

	/** @return list<?float> changes a minute that the client in the middle has done with */
	public function delivered(): array {
		return $this->averages( static fn ( Rates $rates ) => $rates->delivered );
	}

	/**
	 * The clients that have lagged most, taken over the whole time.
	 *
	 * @return list<string> site ids
	 */
	public function worst( int $count ): array {
		$sums = [];
		foreach ( $this->samples as $sample ) {
			if ( $sample->time >= $this->window->from ) {
				foreach ( $sample->worst as $siteId => $seconds ) {
					$sums[$siteId] = ( $sums[$siteId] ?? 0 ) + $seconds;
				}
			}
		}
		arsort( $sums );
		return array_map( 'strval', array_slice( array_keys( $sums ), 0, $count ) );
	}

	/**
	 * The highest in each column; between two samples that follow each other closely, what lies between them.
	 *
	 * @param Closure(Sample):?int $value
	 * @return list<?float>
	 */
	private function levels( Closure $value ): array {
		$levels = array_fill( 0, TimeWindow::COLUMNS, null );
		$before = $valueBefore = null;
		foreach ( $this->samples as $sample ) {
			$column = $this->window->column( $sample->time );
			$level = $value( $sample );
			if ( $column !== null && $level !== null ) {
				if ( $before !== null && $valueBefore !== null && $sample->time - $before->time <= self::JOINED ) {
					$first = $this->window->column( $before->time ) ?? $column;
					for ( $between = $first + 1; $between < $column; $between++ ) {
						$share = ( $between - $first ) / ( $column - $first );
						$levels[$between] = $valueBefore + ( $level - $valueBefore ) * $share;
					}
				}
				$levels[$column] = max( $levels[$column] ?? 0.0, (float)$level );
			}
			[ $before, $valueBefore ] = [ $sample, $level ];
		}
		return $levels;
	}

	/**
	 * The average over each column.
	 *
	 * @param Closure(Rates):float $value
	 * @return list<?float>
	 */
	private function averages( Closure $value ): array {
		$sums = $seconds = array_fill( 0, TimeWindow::COLUMNS, 0.0 );
		$next = null;
		foreach ( $this->samples as $to ) {
			$from = $next ??= $to;
			// Over a few seconds, what happens to come at once would look like much.
			if ( $to->time - $from->time < self::RATED ) {
				continue;
			}
			$next = $to;
			$rates = Rates::between( $from, $to );
			if ( $rates === null || $to->time - $from->time > self::JOINED || $to->time < $this->window->from ) {
				continue;
			}
			$rate = $value( $rates );
			$first = $this->window->column( max( $from->time, $this->window->from ) );
			$last = $this->window->column( $to->time );
			if ( $first === null || $last === null ) {
				continue;
			}
			for ( $column = $first; $column <= $last; $column++ ) {
				$start = $this->window->from + $column * $this->window->secondsPerColumn;
				$common = min( $to->time, $start + $this->window->secondsPerColumn ) - max( $from->time, $start );
				if ( $common > 0 ) {
					$sums[$column] += $rate * $common;
					$seconds[$column] += $common;
				}
			}
		}
		return array_map(
			static fn ( float $sum, float $known ) => $known > 0 ? $sum / $known : null,
			$sums,
			$seconds
		);
	}
}
