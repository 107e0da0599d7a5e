<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Throwable;

/**
 * Receives the events of dispatching on the repo. Override the methods you need; they must not throw. Other extensions
 * implement {@see \MediaWiki\Extension\WikibaseDispatch\Hooks\WikibaseDispatchEventHook}.
 */
abstract class EventListener {

	/**
	 * @param string $name of the event: those of the log, and a few more, listed in docs/native-api.md
	 * @param array<string,mixed> $event
	 * @param Throwable|null $e why, where something failed
	 * @param ThrownByJob $thrown what else was thrown
	 */
	public function hear( string $name, array $event, ?Throwable $e, ThrownByJob $thrown ): void {
	}

	/** A job has ended, whatever it was. */
	public function jobEnded( bool $hasFailed ): void {
	}
}
