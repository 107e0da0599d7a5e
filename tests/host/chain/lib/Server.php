<?php
/**
 * A server on the loopback that was started here, with the processes that it starts. It ends with this process.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use RuntimeException;
use WikibaseDispatchTests\Process;

class Server {

	private const PATIENCE = 60.0;
	private const TICKS = 100;

	private ?Process $process = null;

	/**
	 * @param list<string> $command
	 * @param string $log
	 * @param int|null $port at which it answers when it is ready; null: it is a client only
	 * @param array<string,string> $environment
	 * @param int $signal that ends it and what it has started
	 */
	public function __construct(
		private readonly array $command,
		public readonly string $log,
		private readonly ?int $port,
		private readonly array $environment = [],
		private readonly int $signal = SIGTERM
	) {
	}

	/** Whoever ends this process ends its servers, too. */
	public static function endOnSignals(): void {
		pcntl_async_signals( true );
		foreach ( [ SIGINT, SIGTERM, SIGHUP ] as $signal ) {
			pcntl_signal( $signal, static fn () => throw new Stopped( 'ended by a signal' ) );
		}
	}

	/** A port that nobody uses. */
	public static function freePort(): int {
		$listener = stream_socket_server( 'tcp://127.0.0.1:0' );
		$port = (int)substr( strrchr( stream_socket_get_name( $listener, false ), ':' ), 1 );
		fclose( $listener );
		return $port;
	}

	public function start(): void {
		$environment = [];
		foreach ( $this->environment as $name => $value ) {
			$environment[] = "$name=$value";
		}
		// A group of its own, to be ended as a whole. The kernel ends the first of it when this process is killed.
		$this->process = new Process(
			[ 'setsid', 'setpriv', '--pdeathsig', 'KILL', 'env', ...$environment, ...$this->command ], $this->log
		);
		$end = microtime( true ) + self::PATIENCE;
		while ( $this->port !== null && !$this->answers() ) {
			if ( microtime( true ) > $end || !$this->process->isRunning() ) {
				$this->kill();
				throw new RuntimeException( "{$this->command[0]} does not start; the end of its log, {$this->log}:\n"
					. substr( (string)file_get_contents( $this->log ), -2000 ) );
			}
			usleep( 10_000 );
		}
	}

	public function isRunning(): bool {
		return $this->process !== null && $this->process->isRunning();
	}

	public function stop(): void {
		if ( $this->isRunning() ) {
			posix_kill( -$this->process->pid, $this->signal );
			$end = microtime( true ) + 5;
			while ( $this->process->isRunning() && microtime( true ) < $end ) {
				usleep( 5_000 );
			}
		}
		$this->kill();
	}

	/** kill -9, and all that it has started. */
	public function kill(): void {
		if ( $this->process === null ) {
			return;
		}
		posix_kill( -$this->process->pid, SIGKILL );
		$this->process->kill();
		$this->process = null;
	}

	/** It stands still, as behind a network that is down. */
	public function freeze(): void {
		posix_kill( -$this->process->pid, SIGSTOP );
	}

	public function thaw(): void {
		posix_kill( -$this->process->pid, SIGCONT );
	}

	/** Seconds of processor time so far, without what it has started. */
	public function cpu(): float {
		return $this->process ? self::cpuOf( $this->process->pid ) : 0.0;
	}

	public static function cpuOf( int $pid ): float {
		// phpcs:ignore Generic.PHP.NoSilencedErrors.Discouraged -- It may just have ended.
		$stat = (string)@file_get_contents( "/proc/$pid/stat" );
		// After the name, which may hold anything, in parentheses: the state is field 3, the times are 14 and 15.
		$fields = explode( ' ', substr( $stat, (int)strrpos( $stat, ')' ) + 2 ) );
		return array_sum( array_map( 'intval', array_slice( $fields, 11, 2 ) ) ) / self::TICKS;
	}

	private function answers(): bool {
		// phpcs:ignore Generic.PHP.NoSilencedErrors.Discouraged -- It refuses until it is up.
		$connection = @stream_socket_client( "tcp://127.0.0.1:{$this->port}", $code, $message, 1.0 );
		return $connection && fclose( $connection );
	}
}
