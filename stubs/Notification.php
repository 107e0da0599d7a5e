<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The changes that a `DispatchNotification` job carries, decoded on the client.
 */
class Notification {

	/** Use {@see decode()}. */
	private function __construct() {
	}

	/**
	 * @param string $changes the `changes` parameter of the job: JSON, as a pass made it
	 * @throws InvalidNotificationException if it is not such a string
	 * @throws UnsupportedNotificationException if it is of a later version
	 */
	public static function decode( string $changes ): self {
	}

	/**
	 * The changes that could be read, in ascending id.
	 *
	 * `aspects` are those of `wbc_entity_usage` that the change touches. `metadata` holds what the change says of
	 * itself: `page_id`, `rev_id`, `parent_id`, `central_user_id`, `bot` (0 or 1) as int, `comment` and `user_text` as
	 * string; those that are missing are absent.
	 *
	 * @return list<array{id:int,type:string,time:string,entityId:string,revisionId:int,userId:int,aspects:list<string>,metadata:array<string,int|string>}>
	 */
	public function changes(): array {
	}

	/**
	 * The distinct entities of {@see changes()}.
	 *
	 * @return list<string>
	 */
	public function entityIds(): array {
	}

	/**
	 * Changes that could not be read.
	 *
	 * @return list<array{id:int,reason:string}>
	 */
	public function badChanges(): array {
	}
}
