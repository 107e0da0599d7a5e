<?php
/**
 * The job queues of a farm, as they are seen from outside: what goes into them, and how it gets lost.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

interface Queues {

	/** Begins to count the notifications that are pushed. */
	public function install(): void;

	/** Notifications that were pushed since, those to the repo as a client included. */
	public function notifications(): int;

	/**
	 * How many jobs a wiki has, by what can become of them now.
	 *
	 * @return array{ready:int,claimed:int,abandoned:int} as {@see Farm::jobs()}
	 */
	public function jobs( string $wiki ): array;

	/**
	 * Empties the clients' queues, if a notification is in them.
	 *
	 * @return int notifications that were in them
	 */
	public function empty(): int;

	/** Notifications of runners that have died, when no other will get them: lost as well. */
	public function unreturned(): int;
}
