<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

/**
 * Where one client stands, and what it waits for. Times are seconds since the epoch, by the repo database's clock.
 */
final class ClientStatus {

	/** Of a client that is Wikibase's own. */
	public const NOT_OURS = 'not-ours';

	/** Of a client that cannot be served as it is configured. */
	public const REFUSED = 'refused';

	/**
	 * @param string $siteId
	 * @param string $domain
	 * @param string $rollout
	 * @param string $condition
	 * @param int $seen
	 * @param int $pending
	 * @param int $lagSeconds
	 * @param int|null $lastPass
	 * @param int|null $claimedUntil
	 * @param int|null $restingUntil
	 * @param int $failures
	 * @param bool $isStalled
	 * @param string|null $lastError
	 * @param int|null $dueAt
	 * @param string|null $format
	 * @param string|null $wantedFormat
	 * @param string|null $whyNotWanted
	 * @param string|null $version
	 * @param int|null $marked
	 * @param array{
	 *   handled:int,
	 *   reported:int,
	 *   isIdle:bool|null,
	 *   failure:string|null,
	 *   unhandled:list<array{first:int,upto:int,since:int,sent:int,tries:int}>
	 * }|null $receipts
	 * @param string|null $trouble
	 */
	public function __construct(
		private readonly string $siteId,
		private readonly string $domain,
		private readonly string $rollout,
		private readonly string $condition,
		private readonly int $seen = 0,
		private readonly int $pending = 0,
		private readonly int $lagSeconds = 0,
		private readonly ?int $lastPass = null,
		private readonly ?int $claimedUntil = null,
		private readonly ?int $restingUntil = null,
		private readonly int $failures = 0,
		private readonly bool $isStalled = false,
		private readonly ?string $lastError = null,
		private readonly ?int $dueAt = null,
		private readonly ?string $format = null,
		private readonly ?string $wantedFormat = null,
		private readonly ?string $whyNotWanted = null,
		private readonly ?string $version = null,
		private readonly ?int $marked = null,
		private readonly ?array $receipts = null,
		private readonly ?string $trouble = null
	) {
	}

	public function siteId(): string {
		return $this->siteId;
	}

	/** Database domain. */
	public function domain(): string {
		return $this->domain;
	}

	/** Every change up to this id has been dealt with for it. */
	public function seen(): int {
		return $this->seen;
	}

	/** Ids between that and the horizon. */
	public function pending(): int {
		return $this->pending;
	}

	/**
	 * What it says that it has handled; null if it does not say.
	 *
	 * @return array{
	 *   handled:int,
	 *   reported:int,
	 *   isIdle:bool|null,
	 *   failure:string|null,
	 *   unhandled:list<array{first:int,upto:int,since:int,sent:int,tries:int}>
	 * }|null see {@see \WikibaseDispatch\ClientStatus::receipts()}
	 */
	public function receipts(): ?array {
		return $this->receipts;
	}

	/**
	 * Age of the oldest visible change that it has not seen, behind the horizon or not, or not handled, if it says what
	 * it has; 0 if there is none.
	 */
	public function lagSeconds(): int {
		return $this->lagSeconds;
	}

	/** When its last pass ended. */
	public function lastPass(): ?int {
		return $this->lastPass;
	}

	/** Until when a runner holds its claim. */
	public function claimedUntil(): ?int {
		return $this->claimedUntil;
	}

	/** Until when it rests after a failure. */
	public function restingUntil(): ?int {
		return $this->restingUntil;
	}

	/** When its next pass can begin: now or later; null if it needs none, or an edit that has not ended is in the way. */
	public function dueAt(): ?int {
		return $this->dueAt;
	}

	/** Passes that failed since the last one that did not. */
	public function failures(): int {
		return $this->failures;
	}

	/** `on`, `shadow` or `off`, as configured; `leaving` while it goes from us to Wikibase. */
	public function rollout(): string {
		return $this->rollout;
	}

	/** Whether we dispatch to it, or would if it were not disabled. */
	public function isOurs(): bool {
		return !in_array( $this->condition, [ self::NOT_OURS, self::REFUSED ], true );
	}

	/** Whether it gets anything from us, so that where it stands says how fast we are. */
	public function isServed(): bool {
		return $this->isOurs() && !in_array( $this->condition, [ 'disabled', 'uninitialised' ], true );
	}

	/** Whether an admin has switched it off. */
	public function isDisabled(): bool {
		return $this->condition === 'disabled';
	}

	/** Whether changes wait for it, and nothing has been done about it for long. */
	public function isStalled(): bool {
		return $this->isStalled;
	}

	/**
	 * The worst that is wrong with it: `stuck` (it gets nothing, and will not by itself), `failing` (it is tried again)
	 * or `lagging` (its changes are late). Null if nothing is.
	 */
	public function trouble(): ?string {
		return $this->trouble;
	}

	/** What failed, if nothing has succeeded since. It names what was done and the error, never data of it. */
	public function lastError(): ?string {
		return $this->lastError;
	}

	/** In which format it is told: `native`, `entity-change` or `change-ids`; null if not by us. */
	public function format(): ?string {
		return $this->format;
	}

	/** The format that `notificationFormat` wants for it. */
	public function wantedFormat(): ?string {
		return $this->wantedFormat;
	}

	/**
	 * Why it is not told in the wanted format: its extension has never said that it takes it (`no-mark`), has not said
	 * so for three days (`old-mark`), or says that it takes others (`not-taken`). Null if it is.
	 */
	public function whyNotWanted(): ?string {
		return $this->whyNotWanted;
	}

	/** Version of its extension; null if that has never said so. */
	public function version(): ?string {
		return $this->version;
	}

	/** When its extension said so last. */
	public function marked(): ?int {
		return $this->marked;
	}

	/**
	 * Why it has no pass right now: `up-to-date`, `due`, `not-due`, `claimed`, `failing`, `gap`, `lock-held`,
	 * `unhandled`, `disabled`, `not-ours`, `refused` or `uninitialised`.
	 */
	public function condition(): string {
		return $this->condition;
	}
}
