<?php
/**
 * Time and processor time of a part of this process, as the harness reads them.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench;

class Stopwatch {

	private readonly int $start;
	private readonly float $cpu;

	public function __construct() {
		$this->start = hrtime( true );
		$this->cpu = self::cpu();
	}

	/** Seconds of processor time since the start. */
	public function cpuSeconds(): float {
		return self::cpu() - $this->cpu;
	}

	/**
	 * @param string $file
	 * @param array<string,mixed> $more
	 */
	public function write( string $file, array $more = [] ): void {
		file_put_contents( $file, json_encode( [
			'partSeconds' => ( hrtime( true ) - $this->start ) / 1e9,
			'partCpu' => $this->cpuSeconds(),
		] + $more ) );
	}

	private static function cpu(): float {
		$usage = getrusage();
		return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']
			+ ( $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'] ) / 1e6;
	}
}
