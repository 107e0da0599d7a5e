<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

/**
 * What is known of one client over a time that is to be plotted, column by column: its own samples, which are rare, and
 * those of the farm, which name it in each minute in which it was one of the most lagged.
 */
final class ClientTimeline {

	/** Seconds: samples that are further apart are not joined by a line. */
	private const JOINED = 900;

	/**
	 * @param TimeWindow $window
	 * @param list<ClientSample> $samples in order of time; those before the window are of use, too
	 */
	public function __construct( private readonly TimeWindow $window, private readonly array $samples ) {
	}

	/**
	 * @param string $siteId
	 * @param list<Sample> $farm in order of time
	 * @return list<?float> seconds of lag
	 */
	public function lag( string $siteId, array $farm ): array {
		$points = array_map( static fn ( ClientSample $sample ) => [ $sample->time, $sample->lag ], $this->samples );
		foreach ( $farm as $sample ) {
			$lag = $sample->lagOf( $siteId );
			if ( $lag !== null ) {
				$points[] = [ $sample->time, $lag ];
			}
		}
		sort( $points );
		return $this->levels( $points );
	}

	/** @return list<?float> passes that had failed since the last one that did not */
	public function failures(): array {
		return $this->levels( array_map(
			static fn ( ClientSample $sample ) => [ $sample->time, $sample->failures ], $this->samples
		) );
	}

	/** @return list<?float> change IDs a minute that were dealt with for it */
	public function dispatched(): array {
		$rates = array_fill( 0, TimeWindow::COLUMNS, null );
		$from = null;
		foreach ( $this->samples as $to ) {
			$seconds = $from === null ? 0 : $to->time - $from->time;
			// It goes back where somebody has set the client back.
			if ( $from !== null && $seconds > 0 && $seconds <= self::JOINED && $to->seen >= $from->seen ) {
				$first = $this->window->column( max( $from->time, $this->window->from ) );
				$last = $this->window->column( $to->time );
				if ( $first !== null && $last !== null ) {
					$rate = ( $to->seen - $from->seen ) * 60 / $seconds;
					for ( $column = $first; $column <= $last; $column++ ) {
						$rates[$column] = $rate;
					}
				}
			}
			$from = $to;
		}
		return $rates;
	}

	/**
	 * The highest in each column; between two points that follow each other closely, what lies between them.
	 *
	 * @param list<array{int,int}> $points time and value, in order of time
	 * @return list<?float>
	 */
	private function levels( array $points ): array {
		$levels = array_fill( 0, TimeWindow::COLUMNS, null );
		$before = null;
		foreach ( $points as [ $time, $value ] ) {
			$column = $this->window->column( $time );
			if ( $column !== null ) {
				if ( $before !== null && $time - $before[0] <= self::JOINED ) {
					$first = $this->window->column( $before[0] ) ?? $column;
					for ( $between = $first + 1; $between < $column; $between++ ) {
						$share = ( $between - $first ) / ( $column - $first );
						$levels[$between] = $before[1] + ( $value - $before[1] ) * $share;
					}
				}
				$levels[$column] = max( $levels[$column] ?? 0.0, (float)$value );
			}
			$before = [ $time, $value ];
		}
		return $levels;
	}
}
