<?php
/**
 * A process that is run to its end and measured: processor time and duration as the system counts them, and its
 * largest memory.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use RuntimeException;

class Process {

	/** Microseconds between two looks at the memory. Its peak only ever grows, so what is missed is the very end. */
	private const LOOK = 20_000;

	/**
	 * @param list<string> $command
	 * @param string $log file that its output is added to
	 */
	public static function run( array $command, string $log ): Usage {
		$before = self::childrenSeconds();
		$start = hrtime( true );
		$output = [ 'file', $log, 'a' ];
		// The last one stays open in the process until it ends, and says so without being asked over and over.
		$handle = proc_open( $command, [ [ 'file', '/dev/null', 'r' ], $output, $output, [ 'pipe', 'w' ] ], $pipes );
		if ( !$handle ) {
			throw new RuntimeException( 'cannot start ' . implode( ' ', $command ) );
		}
		$pid = proc_get_status( $handle )['pid'];
		$peak = 0;
		do {
			// The last one counts: at first the process is a copy of this one.
			$peak = self::peakMemory( $pid ) ?? $peak;
			$readable = [ $pipes[3] ];
			$none = null;
		} while ( stream_select( $readable, $none, $none, 0, self::LOOK ) === 0 );
		$seconds = ( hrtime( true ) - $start ) / 1e9;
		fclose( $pipes[3] );
		$code = proc_close( $handle );
		if ( $code !== 0 ) {
			$tail = implode( "\n", array_slice( file( $log, FILE_IGNORE_NEW_LINES ), -25 ) );
			throw new RuntimeException(
				implode( ' ', $command ) . " ended with $code. The end of its log, $log:\n$tail"
			);
		}
		return new Usage( self::childrenSeconds() - $before, $seconds, $peak );
	}

	/** Bytes; null when it has just ended. */
	private static function peakMemory( int $pid ): ?int {
		$status = (string)file_get_contents( "/proc/$pid/status" );
		return preg_match( '/^VmHWM:\s+(\d+) kB/m', $status, $match ) ? 1024 * (int)$match[1] : null;
	}

	/** Processor time of all processes that have ended and were waited for. */
	private static function childrenSeconds(): float {
		$usage = getrusage( 1 );
		return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']
			+ ( $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'] ) / 1e6;
	}
}
