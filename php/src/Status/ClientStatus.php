<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

/**
 * Where one client stands, and what it waits for. Times are seconds since the epoch, by the repo database's clock.
 */
final class ClientStatus {

	/** Of a client that is Wikibase's own. */
	public const NOT_OURS = 'not-ours';

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
		private readonly ?int $dueAt = null
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

	/** Age of the oldest visible change that it has not seen, behind the horizon or not; 0 if it has seen all. */
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

	/** Whether an admin has switched it off. */
	public function isDisabled(): bool {
		return $this->condition === 'disabled';
	}

	/** Whether changes wait for it, and nothing has been done about it for long. */
	public function isStalled(): bool {
		return $this->isStalled;
	}

	/** What failed, if nothing has succeeded since. It names what was done and the error, never data of it. */
	public function lastError(): ?string {
		return $this->lastError;
	}

	/**
	 * Why it has no pass right now: `up-to-date`, `due`, `not-due`, `claimed`, `resting`, `gap`, `lock-held`,
	 * `disabled`, `not-ours` or `uninitialised`.
	 */
	public function condition(): string {
		return $this->condition;
	}
}
