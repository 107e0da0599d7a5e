<?php
/**
 * Runs a command to its end, and shows its output only when it fails.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

final class Shell {

	/** Whether there is such a command. */
	public static function has( string $command ): bool {
		foreach ( explode( ':', (string)getenv( 'PATH' ) ) as $folder ) {
			if ( is_executable( "$folder/$command" ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * @return string what it has printed
	 */
	public static function run( string ...$command ): string {
		// To a file: what the command leaves running (a server's watcher) must not keep a pipe open.
		$log = (string)tempnam( sys_get_temp_dir(), 'shell' );
		$line = implode( ' ', array_map( escapeshellarg( ... ), $command ) );
		exec( "$line </dev/null >$log 2>&1", result_code: $code );
		$output = (string)file_get_contents( $log );
		unlink( $log );
		if ( $code !== 0 ) {
			throw new RuntimeException( implode( ' ', $command ) . " ended with $code:\n$output" );
		}
		return trim( $output );
	}
}
