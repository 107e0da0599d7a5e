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

	/**
	 * What it has, to be asked before {@see update()}.
	 *
	 * @return array{
	 *   changes:int,
	 *   bad:list<array{id:int,reason:string}>,
	 *   oldest:string|null,
	 *   covers:array{stream:int,after:int,upto:int}|null
	 * } how many changes name an entity; those that cannot be read, which go on to {@see update()} all the same if they
	 *   name one, as if anything had changed; when the first was made, 14 digits, UTC, if all is well; and what the
	 *   receipt for the notification is to cover, if one is wanted
	 */
	public function summary(): array {
	}

	/**
	 * Ids of the changes, those that cannot be read among them, in ascending order. To be asked before
	 * {@see update()}.
	 *
	 * @return list<int>
	 */
	public function changeIds(): array {
	}

	/**
	 * The changes that could be read, before any is merged with others; as {@see ClientUpdate::changes()} has them, and
	 * as dear. To be asked before {@see update()}.
	 *
	 * @return list<array<string,string|int|null>>
	 */
	public function changes(): array {
	}

	/**
	 * What the changes ask of a client wiki. They are coalesced here, and move on: a second update has none.
	 *
	 * @param string $siteId what site links call the wiki
	 * @param list<int> $contentNamespaces of the wiki; pages in them are told of a change before others
	 * @param int $recentChangesMaxPages pages that are told of one change, at most
	 * @param list<string>|null $trackedAspects aspects that the wiki's Wikibase can track the use of (`L`, `C`,
	 *   `CQR`…): where `CQR` is not among them, `C` stands for qualifiers and references, too
	 * @throws InvalidSettingException
	 */
	public function update(
		string $siteId,
		array $contentNamespaces,
		int $recentChangesMaxPages,
		?array $trackedAspects = null
	): ClientUpdate {
	}
}
