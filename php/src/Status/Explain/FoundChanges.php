<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * The newest changes of an entity that are in the change buffer.
 */
final class FoundChanges {

	/**
	 * @param list<int> $ids newest first
	 * @param bool $hasMore whether there are older ones
	 * @param int|null $searchedAfter only changes after this one were looked at; null: all were
	 */
	public function __construct(
		public readonly array $ids,
		public readonly bool $hasMore,
		public readonly ?int $searchedAfter
	) {
	}
}
