<?php
/**
 * A process that was started here and writes to a log file; only such a process is ever signalled.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

class Process {

	/** @var resource */
	private $handle;
	private ?int $exitCode = null;
	public readonly int $pid;

	/**
	 * @param list<string> $command
	 */
	public function __construct( private readonly array $command, public readonly string $log ) {
		$output = [ 'file', $log, 'a' ];
		$handle = proc_open( $command, [ [ 'file', '/dev/null', 'r' ], $output, $output ], $pipes );
		if ( !$handle ) {
			throw new RuntimeException( 'cannot start ' . implode( ' ', $command ) );
		}
		$this->handle = $handle;
		$this->pid = proc_get_status( $handle )['pid'];
	}

	public function isRunning(): bool {
		if ( $this->exitCode !== null ) {
			return false;
		}
		$status = proc_get_status( $this->handle );
		if ( !$status['running'] ) {
			$this->exitCode = $status['signaled'] ? 128 + $status['termsig'] : $status['exitcode'];
			proc_close( $this->handle );
		}
		return $status['running'];
	}

	/** kill -9, and waits until it is gone. Says whether it was still alive, so that the signal did something. */
	public function kill(): bool {
		if ( !$this->isRunning() ) {
			return false;
		}
		proc_terminate( $this->handle, 9 );
		while ( $this->isRunning() ) {
			usleep( 1_000 );
		}
		return $this->exitCode === 128 + 9;
	}

	public function hasSucceeded(): bool {
		return $this->exitCode === 0;
	}

	public function assertSuccess(): void {
		if ( !$this->hasSucceeded() ) {
			$tail = implode( "\n", array_slice( explode( "\n", (string)file_get_contents( $this->log ) ), -25 ) );
			throw new RuntimeException( implode( ' ', $this->command )
				. " ended with {$this->exitCode}. The end of its log, {$this->log}:\n$tail" );
		}
	}
}
