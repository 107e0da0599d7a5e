<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use RuntimeException;

/**
 * A command that is under way: what it says can be waited for, and signals sent to it.
 */
final class RunningCommand {

	/** Seconds to wait for anything, at most. */
	private const PATIENCE = 60.0;

	/** @var resource */
	private $process;
	/** @var resource */
	private $pipe;
	private string $output = '';

	/**
	 * @param list<string> $command
	 * @param array<string,string> $environment
	 */
	public function __construct( array $command, array $environment ) {
		$this->process = proc_open(
			$command,
			[ [ 'file', '/dev/null', 'r' ], [ 'pipe', 'w' ], [ 'redirect', 1 ] ],
			$pipes,
			null,
			$environment
		);
		if ( !$this->process ) {
			throw new RuntimeException( 'cannot start ' . implode( ' ', $command ) );
		}
		$this->pipe = $pipes[1];
		stream_set_blocking( $this->pipe, false );
	}

	/** Waits until it has said something. */
	public function waitFor( string $text ): void {
		$end = microtime( true ) + self::PATIENCE;
		while ( !str_contains( $this->output, $text ) ) {
			if ( feof( $this->pipe ) || microtime( true ) > $end ) {
				$this->signal( SIGKILL );
				throw new RuntimeException( "it does not say '$text', but: $this->output" );
			}
			$this->read();
		}
	}

	public function signal( int $signal ): void {
		proc_terminate( $this->process, $signal );
	}

	/** Waits for its end. */
	public function result(): CommandResult {
		$end = microtime( true ) + self::PATIENCE;
		while ( !feof( $this->pipe ) ) {
			if ( microtime( true ) > $end ) {
				$this->signal( SIGKILL );
				throw new RuntimeException( "it does not end, after: $this->output" );
			}
			$this->read();
		}
		fclose( $this->pipe );
		return new CommandResult( proc_close( $this->process ), $this->output );
	}

	private function read(): void {
		$read = [ $this->pipe ];
		$none = null;
		// It warns when the end of a child interrupts it; then the next look tells.
		// phpcs:ignore Generic.PHP.NoSilencedErrors.Discouraged
		if ( @stream_select( $read, $none, $none, 1 ) ) {
			$this->output .= (string)fread( $this->pipe, 65536 );
		}
	}
}
