<?php
/**
 * A column of a table: which measure it shows, and in which unit.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Output;

use WikibaseDispatchBench\Measure\Measurement;

class Column {

	/**
	 * @param string $heading
	 * @param string $measure
	 * @param float $factor of the unit shown
	 * @param int $decimals
	 */
	public function __construct(
		public readonly string $heading,
		public readonly string $measure,
		private readonly float $factor = 1,
		private readonly int $decimals = 0
	) {
	}

	/** The median; and, where runs differ visibly, the smallest and largest. */
	public function show( Measurement $measurement ): string {
		$median = $measurement->median( $this->measure );
		if ( $median === null ) {
			return '';
		}
		[ $least, $most ] = array_map( $this->format( ... ), $measurement->spread( $this->measure ) );
		return $this->format( $median ) . ( $least === $most ? '' : " ({$least}–$most)" );
	}

	private function format( float $value ): string {
		return number_format( $value * $this->factor, $this->decimals );
	}
}
