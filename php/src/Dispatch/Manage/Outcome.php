<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage;

/**
 * What was done to a client. The log keeps what is in here, and everybody may read the log, so there is nothing in here
 * that the status does not tell.
 */
final class Outcome {

	/**
	 * @param Action $action
	 * @param string $siteId
	 * @param bool $isDone false: it was so already
	 * @param array<string,int|string|bool|null> $before how it was, by names
	 * @param array<string,int|string|bool|null> $after how it is, as far as the action itself has changed it
	 */
	public function __construct(
		public readonly Action $action,
		public readonly string $siteId,
		public readonly bool $isDone,
		public readonly array $before = [],
		public readonly array $after = []
	) {
	}

	/**
	 * @param string $siteId
	 * @param string|null $before the phase of the last rebuild; null: there was none
	 * @param string $after that of this one
	 */
	public static function ofRebuild( string $siteId, ?string $before, string $after ): self {
		return new self(
			Action::RebuildSubscriptions, $siteId, true, [ 'progress' => $before ?? 'none' ], [ 'progress' => $after ]
		);
	}
}
