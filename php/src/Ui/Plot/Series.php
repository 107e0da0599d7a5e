<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Plot;

/**
 * One line of a plot: a value for each column of its time, or null where nothing is known. It ends with what is the
 * case now, so that its end and the number in the legend are the same.
 */
final class Series {

	/** @var list<?float> */
	public readonly array $values;

	/**
	 * @param string $style what the stylesheet knows its line by
	 * @param string $name for people
	 * @param list<?float> $values
	 * @param float|null $now what is the case at this moment
	 * @param bool $isStepped whether a value holds for the whole of its column, as a rate does
	 * @param bool $isFilled whether the area below it is tinted
	 */
	public function __construct(
		public readonly string $style,
		public readonly string $name,
		array $values,
		public readonly ?float $now,
		public readonly bool $isStepped = false,
		public readonly bool $isFilled = false
	) {
		if ( $values !== [] ) {
			$values[array_key_last( $values )] = $now;
		}
		$this->values = $values;
	}

	public function largest(): float {
		return (float)max( 0, ...array_map( 'floatval', $this->values ) );
	}

	/**
	 * The largest value in each of so many equal parts.
	 *
	 * @return list<?float>
	 */
	public function inParts( int $parts ): array {
		$length = max( 1, (int)ceil( count( $this->values ) / $parts ) );
		return array_map(
			static function ( array $part ): ?float {
				$known = array_filter( $part, static fn ( ?float $value ) => $value !== null );
				return $known === [] ? null : max( $known );
			},
			array_chunk( $this->values, $length )
		);
	}
}
