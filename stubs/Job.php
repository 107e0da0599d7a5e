<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * A job that is going on. It decides what is done next, does itself what is done in the repo's database, and asks its
 * host for the rest. Between two steps nothing of it runs. When the object goes, it gives back what it had claimed.
 *
 * What it asks for, as `array{action:string,…}`:
 *
 * | `action` | with | what the host does |
 * |---|---|---|
 * | `push` | `jobs`: `list<array{type:string,params:array,delay:int}>` | pushes to the repo's own queue, to be run |
 * | | | after so many seconds; the queue drops what it has already |
 * | `notify` | `client`, `domain`, `isRepeat`, `jobs`: | pushes to a client's queue, in their order; |
 * | | `list<array{type:string,params:array}>` | with `isRepeat` that may have been done already |
 * | `commit` | | makes durable what was pushed |
 * | `sleep` | `seconds` | waits |
 * | `wait-for-replicas` | `seconds` | waits, no longer, for the replicas to have what was written; the |
 * | | | answer is `refused` if they do not |
 * | `remind` | `entities` | has Wikibase's own job run for these |
 * | `run-wikibase` | | runs Wikibase's own job, for the clients that are its own |
 * | `look-out` | | runs {@see Dispatcher::lookOut()} once the answer of the request has been sent |
 * | `announce` | | has {@see TriggerGate::changesWritten()} called, once the transaction has ended of |
 * | | | whoever runs the job |
 * | `breathe` | | nothing |
 */
class Job {

	/**
	 * Only the module makes one.
	 */
	private function __construct() {
	}

	/**
	 * What follows when an admin has acted on a client: which job looks at it next. Needs no database.
	 *
	 * @param string $action `disable`, `enable`, `seek`, `catchup`, `takeup` or `rebuildsubscriptions`
	 * @param string $siteId the client
	 * @param int $from with `seek`, what it had seen before
	 * @param int $to with `seek`, what counts as seen now
	 * @return Job
	 * @throws \ValueError for another action, or what is no site id
	 */
	public static function followUp( string $action, string $siteId, int $from = 0, int $to = 0 ): Job {
	}

	/**
	 * Goes on to where something is to be done.
	 *
	 * @param string|null $answer what came of what was asked for: `done`; `stop`, that is `done` and it is enough;
	 *   `refused`; `thrown`; `too-large`, if a push is larger than the queue takes; or `perhaps-too-large`, if it
	 *   failed and the queue does not say why. null at the beginning. After the last three, what was not committed
	 *   has to be rolled back.
	 * @param int $thrown with these, the number by which the host remembers what was thrown
	 * @return array{state:'act'|'ended'|'failed',actions?:list<array<string,mixed>>,
	 *   cause?:array{host?:int,native?:int},events:list<array<string,mixed>>}
	 *   `act`: do the `actions`, in their order, up to the first that fails. `failed`: throw what `cause` names: what
	 *   the host remembers, or what {@see raise()} throws. `events`: what has happened, to be logged and counted;
	 *   each has an `event`, its name, and some a `cause`.
	 * @throws ClaimLostException in a forked process
	 * @throws \ValueError for another answer
	 */
	public function next( ?string $answer = null, int $thrown = 0 ): array {
	}

	/**
	 * Throws a failure of native code, by its number.
	 *
	 * @return never
	 * @throws DispatchException
	 * @throws \ValueError if there is none of this number
	 */
	public function raise( int $number ): void {
	}
}
