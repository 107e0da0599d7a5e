<?php
/**
 * A job runner that is to be killed: either at any moment of its life, or just after some more notifications have
 * arrived, so that the signal also falls between two pushes, and between a push and the record of it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class DoomedRunner {

	private readonly int $notifications;
	/** Seconds: of its life, or since the notification that it waited for. */
	private readonly float $instant;
	private ?float $from;

	public function __construct( private readonly Process $process, int $arrived ) {
		if ( mt_rand( 0, 2 ) === 0 ) {
			$this->notifications = 0;
			$this->instant = mt_rand( 50_000, 1_500_000 ) / 1e6;
			$this->from = microtime( true );
		} else {
			$this->notifications = $arrived + mt_rand( 1, 6 );
			$this->instant = mt_rand( 0, mt_rand( 0, 1 ) ? 2_000 : 25_000 ) / 1e6;
			$this->from = null;
		}
	}

	/** Says whether it ended by itself; an end by an error is ours. */
	public function hasEnded(): bool {
		if ( $this->process->isRunning() ) {
			return false;
		}
		$this->process->assertSuccess();
		return true;
	}

	/** Kills it if its time has come; says whether that met it alive. */
	public function killWhenDue( int $arrived ): bool {
		if ( $this->from === null && $arrived >= $this->notifications ) {
			$this->from = microtime( true );
			// A later look would miss such a moment.
			usleep( (int)( $this->instant * 1e6 ) );
		}
		return $this->from !== null && microtime( true ) >= $this->from + $this->instant && $this->process->kill();
	}

	public function kill(): void {
		$this->process->kill();
	}
}
