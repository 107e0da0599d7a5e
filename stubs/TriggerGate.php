<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Decides whether an edit that wrote changes shall schedule a `wikibase-dispatch-trigger` job.
 *
 * The counters live in memory that all workers of a PHP-FPM pool share (mapped when the module starts),
 * so a burst of edits over many workers is announced as one. A process on the command line has its own.
 *
 * The promise: a written change is announced at once or, where `triggerMaxDelay` allows, by a trigger that
 * runs at most that many seconds after the first unannounced change; within that time at most one trigger
 * per `triggerEveryChanges` changes is asked for. With a `triggerMaxDelay` of 0, or where `canDelay` does not name
 * the job that is pushed, every change is announced at once, and the queue's de-duplication alone keeps the waiting
 * triggers at one.
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
	 * @return Job|null what now has to be done: a trigger is pushed, or, where there is one client, its job. If that
	 *   fails, the next change asks again. null: a trigger that is already scheduled will see these changes
	 */
	public function changesWritten( int $changes = 1 ): ?Job {
	}
}
