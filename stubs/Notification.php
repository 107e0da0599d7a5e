<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The changes that a notification brought, decoded on the client.
 */
class Notification {

	/** Use {@see decode()} or {@see ofRows()}. */
	private function __construct() {
	}

	/**
	 * Reads a notification in our own format.
	 *
	 * @param string $changes the `changes` parameter of a `DispatchNotification` job: JSON, as a pass made it
	 * @throws InvalidNotificationException if it is not such a string
	 * @throws UnsupportedNotificationException if it is of a later version
	 */
	public static function decode( string $changes ): self {
	}

	/**
	 * Reads changes that came as rows: those of an `EntityChangeNotification` job, or those that the ids of a
	 * `ChangeNotification` job stand for. Numbers may be strings. A row that cannot be read is a bad change.
	 *
	 * @param list<array<string,int|string>> $rows columns of `wb_changes`, without their prefix: `id`, `type`, `time`,
	 *   `object_id`, `revision_id`, `user_id`, `info`
	 */
	public static function ofRows( array $rows ): self {
	}

	/** How many changes could be read, and have not moved on to an {@see update()} yet. */
	public function changeCount(): int {
	}

	/**
	 * Ids of the changes, those that could not be read among them, in ascending order. To be asked before
	 * {@see update()}.
	 *
	 * @return list<int>
	 */
	public function changeIds(): array {
	}

	/**
	 * Changes that could not be read.
	 *
	 * @return list<array{id:int,reason:string}>
	 */
	public function badChanges(): array {
	}

	/**
	 * What the changes ask of a client wiki. They are coalesced here, and move on: a second update has none.
	 *
	 * @param string $siteId what site links call the wiki
	 * @param list<int> $contentNamespaces of the wiki; pages in them are told of a change before others
	 * @param int $recentChangesMaxPages pages that are told of one change, at most
	 * @throws InvalidSettingException
	 */
	public function update( string $siteId, array $contentNamespaces, int $recentChangesMaxPages ): ClientUpdate {
	}
}
