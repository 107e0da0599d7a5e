<?php
/**
 * A process that works while others do, such as a job runner that waits for jobs.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use RuntimeException;
use WikibaseDispatchTests\Process as StartedProcess;

class Background extends StartedProcess {

	/** Seconds of processor time so far. PHP has one thread, and so has our native code. */
	public function cpu(): float {
		return (int)file_get_contents( "/proc/{$this->pid}/schedstat" ) / 1e9;
	}

	/** Waits until it has ended by itself. */
	public function wait( float $limit ): void {
		$end = microtime( true ) + $limit;
		while ( $this->isRunning() ) {
			if ( microtime( true ) > $end ) {
				$this->stop();
				throw new RuntimeException( "a process has not ended within $limit s: see {$this->log}" );
			}
			usleep( 20_000 );
		}
		$this->assertSuccess();
	}

	/** By a signal that it may heed, if it has not ended yet. */
	public function stop(): void {
		if ( $this->isRunning() ) {
			posix_kill( $this->pid, SIGTERM );
			while ( $this->isRunning() ) {
				usleep( 1_000 );
			}
		}
	}
}
