<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

/**
 * Lets a script end in order when it is interrupted or told to: the first signal is kept in mind, the second one kills.
 *
 * Signals are asked for, and do not interrupt: what native code waits for while a pass is under way is not cut short.
 */
class StopSignal {

	private ?int $received = null;

	/** From now on, signals are kept in mind. Does nothing where PHP was built without the extension for it. */
	public function watch(): void {
		if ( !function_exists( 'pcntl_signal' ) ) {
			return;
		}
		foreach ( [ SIGINT, SIGTERM ] as $signal ) {
			pcntl_signal( $signal, function ( int $signal ): void {
				$this->received = $signal;
				pcntl_signal( SIGINT, SIG_DFL );
				pcntl_signal( SIGTERM, SIG_DFL );
			} );
		}
	}

	public function isReceived(): bool {
		if ( function_exists( 'pcntl_signal_dispatch' ) ) {
			pcntl_signal_dispatch();
		}
		return $this->received !== null;
	}

	/** What a shell expects of a process that a signal has ended: 130 or 143. 0 if there was none. */
	public function exitCode(): int {
		return $this->isReceived() ? 128 + (int)$this->received : 0;
	}
}
