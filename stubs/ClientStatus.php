<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Where one client stands, and what it waits for: a part of a {@see Status}.
 */
class ClientStatus {

	/** Only the module makes these. */
	private function __construct() {
	}

	/** Site id of the client. */
	public function siteId(): string {
	}

	/** Database domain of the client. */
	public function domain(): string {
	}

	/** Every change up to this id has been dealt with for this client; 0 if it is not initialised. */
	public function seen(): int {
	}

	/** Ids between `seen` and the horizon; 0 if the client is disabled. */
	public function pending(): int {
	}

	/**
	 * What the client says that it has handled; null if it gives no receipts.
	 *
	 * @return array{
	 *   handled:int,
	 *   reported:int,
	 *   isIdle:bool|null,
	 *   failure:string|null,
	 *   unhandled:list<array{first:int,upto:int,since:int,sent:int,tries:int}>
	 * }|null everything up to the change `handled`; when it said so last; whether no notification waited in its queue
	 *   then (null: its queue cannot tell); the class of the error by which one failed, if any is not handled since;
	 *   and what it was sent and has not handled: the first and the last change, when that was sent for the first time
	 *   and for the last, and how often again
	 */
	public function receipts(): ?array {
	}

	/**
	 * Age of the oldest visible change that the client has not seen, or not handled, if it gives receipts, in seconds;
	 * 0 if there is none, or it is disabled. What waits behind the horizon counts, too.
	 */
	public function seconds(): int {
	}

	/** When its last pass ended; null if there was none. */
	public function lastPass(): ?int {
	}

	/** Until when somebody holds its claim; null if nobody does. */
	public function claimedUntil(): ?int {
	}

	/** Until when it rests after a failure; null if it does not. */
	public function restingUntil(): ?int {
	}

	/** When its next pass can begin: now or later; null if it needs none, or an edit that has not ended is in the way. */
	public function dueAt(): ?int {
	}

	/** Passes that failed since the last one that did not. */
	public function failures(): int {
	}

	/** Whether changes wait for it, and nothing has been done about it for long. */
	public function isStalled(): bool {
	}

	/**
	 * The worst that is wrong with it: `stuck` (it gets nothing, and will not by itself), `failing` (it is tried again)
	 * or `lagging` (its changes are late); null if nothing is.
	 */
	public function trouble(): ?string {
	}

	/**
	 * Why it has no pass right now: `up-to-date`, `due`, `not-due`, `claimed`, `failing` (until a pass succeeds),
	 * `gap`, `lock-held`, `unhandled` (it was sent everything, and has not handled it), `disabled` or `uninitialised`.
	 */
	public function condition(): string {
	}

	/** In which format it is told: `native`, `entity-change` or `change-ids`. */
	public function format(): string {
	}

	/** The format that `notificationFormat` wants for it. */
	public function wantedFormat(): string {
	}

	/**
	 * Why it is not told in the wanted format: `no-mark` (its extension has never said that it takes it), `old-mark`
	 * (it has not said so for three days) or `not-taken` (it says that it takes others). Null if it is.
	 */
	public function whyNotWanted(): ?string {
	}

	/** Version of its extension; null if that has never said so. */
	public function version(): ?string {
	}

	/** When its extension said so last. */
	public function marked(): ?int {
	}
}
