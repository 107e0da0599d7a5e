<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

/**
 * Where a client is to be set, and what that means for it.
 */
final class SeekPlan {

	/**
	 * @param string $siteId
	 * @param int $from the last change that the client has seen
	 * @param int $to the last change that is to count as seen
	 * @param int $changes between the two, as far as they are in the buffer
	 * @param int $relevant those of them that the client must hear of
	 */
	public function __construct(
		public readonly string $siteId,
		public readonly int $from,
		public readonly int $to,
		public readonly int $changes,
		public readonly int $relevant
	) {
	}

	/** Whether there are changes that the client will never hear of. */
	public function skips(): bool {
		return $this->to > $this->from && $this->relevant > 0;
	}

	public function repeats(): bool {
		return $this->to < $this->from;
	}
}
