<?php
/**
 * Something that was measured several times: the values of each run, and what they come to.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

class Measurement {

	/**
	 * @param string $experiment
	 * @param string $subject what was measured: a contender, or a part of one
	 * @param array<string,string|int> $setting in which: engine, clients, changes…
	 * @param list<array<string,float|int>> $runs name of a measure => its value, for each run
	 */
	public function __construct(
		public readonly string $experiment,
		public readonly string $subject,
		public readonly array $setting,
		public array $runs = []
	) {
	}

	public static function fromArray( array $values ): self {
		return new self( $values['experiment'], $values['subject'], $values['setting'], $values['runs'] );
	}

	/** Whether it is there in every run. */
	public function has( string $measure ): bool {
		return $this->values( $measure ) !== [];
	}

	/** Median of the runs; null if it was not measured. */
	public function median( string $measure ): ?float {
		$values = $this->values( $measure );
		if ( !$values ) {
			return null;
		}
		sort( $values );
		$middle = intdiv( count( $values ), 2 );
		return (float)( count( $values ) % 2 ? $values[$middle] : ( $values[$middle - 1] + $values[$middle] ) / 2 );
	}

	/**
	 * @return array{float,float}|null smallest and largest of the runs
	 */
	public function spread( string $measure ): ?array {
		$values = $this->values( $measure );
		return $values ? [ (float)min( $values ), (float)max( $values ) ] : null;
	}

	private function values( string $measure ): array {
		return array_column( $this->runs, $measure );
	}
}
