<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage;

/**
 * What is to be done to a client.
 */
final class Command {

	/**
	 * @param Action $action
	 * @param string $siteId
	 * @param int|null $position id of the last change that is to count as seen (enable, seek); null: the last one that
	 *   can be dispatched
	 * @param int|null $from where the client is believed to be (seek): it is not moved if it is elsewhere
	 * @param bool $maySkip whether it is meant that the client never gets some changes (seek)
	 * @param int|null $changeId the change that was set aside (take up)
	 */
	private function __construct(
		public readonly Action $action,
		public readonly string $siteId,
		public readonly ?int $position = null,
		public readonly ?int $from = null,
		public readonly bool $maySkip = false,
		public readonly ?int $changeId = null
	) {
	}

	public static function disable( string $siteId ): self {
		return new self( Action::Disable, $siteId );
	}

	public static function enable( string $siteId, ?int $after ): self {
		return new self( Action::Enable, $siteId, $after );
	}

	public static function seek( string $siteId, ?int $to, bool $maySkip, ?int $from = null ): self {
		return new self( Action::Seek, $siteId, $to, $from, $maySkip );
	}

	public static function catchUp( string $siteId ): self {
		return new self( Action::CatchUp, $siteId );
	}

	public static function rebuildSubscriptions( string $siteId ): self {
		return new self( Action::RebuildSubscriptions, $siteId );
	}

	public static function takeUp( string $siteId, int $changeId ): self {
		return new self( Action::TakeUp, $siteId, changeId: $changeId );
	}
}
