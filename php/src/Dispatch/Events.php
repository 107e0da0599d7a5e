<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;

/**
 * Passes the events of jobs to the log, to metrics, and to the stores that the status reads.
 */
class Events {

	/** @var list<EventListener>|null */
	private ?array $listeners = null;

	/**
	 * @param Closure():list<EventListener> $makeListeners called when there is something to tell: an edit has nothing
	 */
	public function __construct( private readonly Closure $makeListeners ) {
	}

	/**
	 * @return list<EventListener>
	 */
	private function listeners(): array {
		$this->listeners ??= ( $this->makeListeners )();
		return $this->listeners;
	}

	public function with( EventListener $listener ): self {
		return new self( fn () => [ ...$this->listeners(), $listener ] );
	}

	/**
	 * @param array<string,mixed> $event as native code makes it
	 * @param ThrownByJob $thrown
	 */
	public function tell( array $event, ThrownByJob $thrown ): void {
		$e = isset( $event['cause'] ) ? $thrown->throwable( $event['cause'] ) : null;
		foreach ( $this->listeners() as $listener ) {
			$listener->hear( $event['event'], $event, $e, $thrown );
		}
	}

	/** A job has ended, whatever it was. */
	public function jobEnded( bool $hasFailed ): void {
		foreach ( $this->listeners() as $listener ) {
			$listener->jobEnded( $hasFailed );
		}
	}
}
