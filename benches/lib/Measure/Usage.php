<?php
/**
 * What a process has used.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

class Usage {

	/**
	 * @param float $cpu seconds, of the process and of the system for it
	 * @param float $seconds from its start to its end
	 * @param int $peakMemory bytes
	 */
	public function __construct(
		public readonly float $cpu = 0.0,
		public readonly float $seconds = 0.0,
		public readonly int $peakMemory = 0
	) {
	}

	/** This one, and then another. */
	public function then( self $other ): self {
		return new self(
			$this->cpu + $other->cpu,
			$this->seconds + $other->seconds,
			max( $this->peakMemory, $other->peakMemory )
		);
	}
}
