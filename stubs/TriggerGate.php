<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Decides whether an edit that wrote changes shall schedule a `DispatchTrigger` job.
 *
 * The counters live in memory that all workers of a PHP-FPM pool share (mapped when the module starts),
 * so a burst of edits over many workers is announced as one. A process on the command line has its own.
 *
 * The promise: a written change is announced at once or, where `triggerMaxDelay` allows, by a trigger that
 * runs at most that many seconds after the first unannounced change; within that time at most one trigger
 * per `triggerEveryChanges` changes is asked for. With a `triggerMaxDelay` of 0 every change is announced at
 * once, and the queue's de-duplication alone keeps the waiting triggers at one.
 */
class TriggerGate {

	/**
	 * @param Settings $settings
	 * @param string $repo names the repo among all that this PHP serves; a wiki id does. Gates of one repo are one.
	 */
	public function __construct( Settings $settings, string $repo ) {
	}

	/**
	 * Tells the gate that committed changes were written. Costs nanoseconds; touches no database.
	 *
	 * @param int $changes how many, at least 1
	 * @return int|null seconds by which to delay the trigger that must now be scheduled (0: at once);
	 *   null: a trigger that is already scheduled will see these changes
	 */
	public function changesWritten( int $changes = 1 ): ?int {
	}

	/**
	 * Tells the gate that the trigger it asked for could not be scheduled, so that the next change asks again.
	 */
	public function reopen(): void {
	}
}
