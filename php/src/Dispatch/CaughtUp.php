<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

/**
 * What {@see CatchUp} has done.
 */
final class CaughtUp {

	/**
	 * @param int $target the last change that the clients were to see
	 * @param bool $isHeldBack whether more was visible, behind an edit that has not ended
	 * @param int $passes that were finished
	 * @param int $changes that were handed over
	 * @param array<string,string> $failed site id => why its pass failed
	 * @param list<string> $left site ids of clients that are still behind and have not failed: it was stopped
	 */
	public function __construct(
		public readonly int $target,
		public readonly bool $isHeldBack,
		public readonly int $passes,
		public readonly int $changes,
		public readonly array $failed,
		public readonly array $left
	) {
	}
}
