<?php
/**
 * A process that works while others do, such as a job runner that waits for jobs.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use RuntimeException;

class Background {

	/** @var resource */
	private $handle;
	public readonly int $pid;

	/**
	 * @param list<string> $command
	 * @param string $log
	 */
	public function __construct( private readonly array $command, private readonly string $log ) {
		$output = [ 'file', $log, 'a' ];
		$handle = proc_open( $command, [ [ 'file', '/dev/null', 'r' ], $output, $output ], $pipes );
		if ( !$handle ) {
			throw new RuntimeException( 'cannot start ' . implode( ' ', $command ) );
		}
		$this->handle = $handle;
		$this->pid = proc_get_status( $handle )['pid'];
	}

	public function isRunning(): bool {
		return proc_get_status( $this->handle )['running'];
	}

	/** Seconds of processor time so far. PHP has one thread, and so has our native code. */
	public function cpu(): float {
		return (int)file_get_contents( "/proc/{$this->pid}/schedstat" ) / 1e9;
	}

	/** Waits until it has ended by itself. */
	public function wait( float $limit ): void {
		$end = microtime( true ) + $limit;
		do {
			$status = proc_get_status( $this->handle );
			if ( microtime( true ) > $end ) {
				$this->stop();
				throw new RuntimeException(
					implode( ' ', $this->command ) . " has not ended within $limit s: see {$this->log}"
				);
			}
			usleep( 20_000 );
		} while ( $status['running'] );
		if ( $status['exitcode'] !== 0 ) {
			throw new RuntimeException( implode( ' ', $this->command ) . " ended with {$status['exitcode']}:\n"
				. file_get_contents( $this->log ) );
		}
	}

	/** By a signal, if it has not ended yet. */
	public function stop(): void {
		if ( $this->isRunning() ) {
			proc_terminate( $this->handle );
		}
		proc_close( $this->handle );
	}
}
