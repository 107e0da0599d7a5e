<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Rollout;

/**
 * The rollout of one client: what is configured, and what is the case.
 */
final class RolloutRow {

	/**
	 * @param string $client site ID
	 * @param string $configured `on`, `shadow` or `off`
	 * @param string $applied the same, or `leaving`
	 * @param int|null $position the change from which, or up to which, it is so; null where that is not kept
	 * @param int|null $seen ID of the last change that we have dealt with for it; null: none, or it is disabled
	 */
	public function __construct(
		public readonly string $client,
		public readonly string $configured,
		public readonly string $applied,
		public readonly ?int $position,
		public readonly ?int $seen
	) {
	}

	/** Whether there is nothing to look at. */
	public function isSettled(): bool {
		return $this->configured === $this->applied && $this->applied !== AppliedRollout::SHADOW;
	}
}
