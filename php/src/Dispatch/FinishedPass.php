<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

/**
 * What a pass has done.
 */
final class FinishedPass {

	/**
	 * @param int $end the last change that the client has seen now
	 * @param int $changes that were handed over
	 * @param int|null $due seconds until the client's next pass is due; null when it needs none
	 */
	public function __construct(
		public readonly int $end,
		public readonly int $changes,
		public readonly ?int $due
	) {
	}
}
