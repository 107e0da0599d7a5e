<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * What a notification asks of a client wiki: which pages are to be updated, and which of them told of what.
 *
 * Answer what it asks, in this order: {@see usageLookup()} and {@see linkedTitles()} by {@see addUsages()} and
 * {@see addLinkedPages()}; then, in portions, {@see pageIds()} by {@see addPages()}, updating the pages of the portion.
 * {@see recentChanges()}, again in portions, says what to tell them. It holds no pages but their ids, and those that
 * are told, so very many may use an entity.
 */
class ClientUpdate {

	/** Use {@see Notification::update()}. */
	private function __construct() {
	}

	/** How many changes there are after coalescing. */
	public function changeCount(): int {
	}

	/**
	 * The changes after coalescing, in order of time, in the words of Wikibase's own. Dear: for whoever needs them all.
	 *
	 * `id` is null for changes that were merged; their ids are in `info`, which is JSON, under `change-ids`.
	 *
	 * @return list<array<string,string|int|null>> each with `id`, `object_id`, `type`, `revision_id`, `user_id`,
	 *   `time`, `info`
	 */
	public function changes(): array {
	}

	/**
	 * Somebody else has seen to these changes. To be said before anything is answered.
	 *
	 * @param list<int> $places in {@see changes()}
	 */
	public function leaveOut( array $places ): void {
	}

	/**
	 * What is to be looked up in `wbc_entity_usage`.
	 *
	 * @return array<string,list<string>> entity id => aspects
	 */
	public function usageLookup(): array {
	}

	/**
	 * Some of what was found there, or all; may be called any number of times.
	 *
	 * @param array<string,array<string,list<int|string>>> $usages entity id => aspect => page ids
	 */
	public function addUsages( array $usages ): void {
	}

	/**
	 * Titles, as text with their namespaces, of the pages that changed site links name.
	 *
	 * @return list<string>
	 */
	public function linkedTitles(): array {
	}

	/**
	 * @param array<string,int> $pages title as it was given => page id, of those that exist
	 */
	public function addLinkedPages( array $pages ): void {
	}

	/**
	 * The next pages that a change affects, in ascending order, each once. They need not exist.
	 *
	 * @param int $after a page id, or -1 to begin
	 * @param int $limit how many at most
	 * @return list<int> empty: there are no more
	 */
	public function pageIds( int $after, int $limit ): array {
	}

	/**
	 * Those of the last {@see pageIds()} that exist.
	 *
	 * @param array<int,array{0:int,1:string}> $pages page id => namespace, database key
	 */
	public function addPages( array $pages ): void {
	}

	/**
	 * What is to be told next, and to whom; the parameter `changes` of an `InjectRCRecords` job.
	 *
	 * Where a change affects more pages than may be told, those are told whose own site link it changes, then those in
	 * content namespaces, then the others; the oldest first.
	 *
	 * Each change has `params`, the `rc_params` of the rows; `time`, `userId`, `userName`, `centralUserId` and `bot`;
	 * `pages`, namespace and database key by page id; and `comments`, one of each change that was merged into it. A
	 * comment is a text, or a message of Wikibase's client: `message` is its name, `pages` (site id, title) are its
	 * parameters, and `summary` is to be taken where there is none of its name.
	 *
	 * @param int $rows pairs of a change and a page, at most
	 * @return list<array<string,mixed>> empty: there is no more
	 */
	public function recentChanges( int $rows ): array {
	}

	/** Pairs of a change and a page that are not told, because the change has told as many pages as it may. */
	public function untold(): int {
	}
}
