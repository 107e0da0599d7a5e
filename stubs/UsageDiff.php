<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * What has changed of the usages of one page: rows of `wbc_entity_usage` to write and to delete, and what that may mean
 * for the wiki's subscriptions.
 */
class UsageDiff {

	/** Use {@see between()}. */
	private function __construct() {
	}

	/**
	 * From the rows that there are to what the page uses now. What is covered by another usage (`Q1#L.en` by `Q1#L`)
	 * needs no row; what no row could hold is left out.
	 *
	 * @param list<string> $before each an entity id, `#`, and an aspect: `Q42#L.en`
	 * @param list<string> $after likewise
	 */
	public static function between( array $before, array $after ): self {
	}

	/** Whether the rows may stay as they are. */
	public function isEmpty(): bool {
	}

	/**
	 * Rows to write.
	 *
	 * @return list<array{0:string,1:string}> entity id, aspect
	 */
	public function added(): array {
	}

	/**
	 * Rows to delete.
	 *
	 * @return list<array{0:string,1:string}> entity id, aspect
	 */
	public function removed(): array {
	}

	/**
	 * Entities that the page did not use before.
	 *
	 * @return list<string>
	 */
	public function begun(): array {
	}

	/**
	 * Entities that the page does not use any more. Other pages may.
	 *
	 * @return list<string>
	 */
	public function ceased(): array {
	}
}
