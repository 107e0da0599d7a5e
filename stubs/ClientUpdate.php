<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * What a notification asks of a client wiki: which pages are to be updated, and which of them told of what.
 *
 * Answer what it asks, in this order: {@see entities()} by {@see usageLookup()}, what that returns by
 * {@see addUsages()}, {@see linkedTitles()} by {@see addLinkedPages()}; then, in portions, {@see pageIds()} by
 * {@see addPages()}, updating the pages of the portion. {@see recentChanges()}, again in portions, says what to tell
 * them. It holds no pages but their ids, and those that are told, so very many may use an entity.
 */
class ClientUpdate {

	/** Use {@see Notification::update()}. */
	private function __construct() {
	}

	/**
	 * The changes after coalescing, in order of time, in the words of Wikibase's own. Dear: for whoever needs them all.
	 *
	 * `info` is JSON, byte for byte as it came where nothing was merged. For changes that were merged `id` is null,
	 * their ids are in `info` under `change-ids`, and its diff has the form of theirs; of both, where they differ.
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
	 * What the wiki has to be asked about: entities that changed, to find the aspects of them that pages use, see
	 * {@see usageLookup()}; and titles, as text with their namespaces, of the pages that changed site links name.
	 *
	 * @return array{entities:list<string>,titles:list<string>}
	 */
	public function asks(): array {
	}

	/**
	 * Of the aspects that are used of each, those whose pages are to be looked up there. An aspect that is not known is
	 * among them; it may be about anything.
	 *
	 * @param array<string,list<string>> $usedAspects entity id => all aspects that any page uses
	 * @return array<string,list<string>> entity id => aspects
	 */
	public function usageLookup( array $usedAspects ): array {
	}

	/**
	 * Some of what was found there, or all; may be called any number of times.
	 *
	 * @param array<string,array<string,list<int|string>>> $usages entity id => aspect => page ids
	 */
	public function addUsages( array $usages ): void {
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
	 * @param array<int,array{0:int,1:string,2?:int,3?:int}> $pages page id => namespace, database key, and, for whoever
	 *   takes {@see recentChanges()}, latest revision and length
	 */
	public function addPages( array $pages ): void {
	}

	/**
	 * What is to be told next, and to whom; the parameter `changes` of a `wikibase-dispatch-recent-changes` job.
	 *
	 * Where a change affects more pages than may be told, those are told whose own site link it changes, then those in
	 * content namespaces, then the others; the oldest first.
	 *
	 * Each change has `params`, the `rc_params` of the rows; `time`, and `since`, that of the first that was merged
	 * into it; `userId`, `userName`, `centralUserId` and `bot`; `hidesUser`, whether the repo has marked any that was
	 * merged into it as by a hidden user; `pages`, by page id what {@see addPages()} was told of each; `comments`, one
	 * of each change that was merged into it; and `revisions`, that of each, in the same order, 0 where it made none. A
	 * comment is a text, or a message of Wikibase's client: `message` is its name, `pages` (site id, title) are its
	 * parameters, and `summary` is to be taken where there is none of its name.
	 *
	 * @param int $rows pairs of a change and a page, at most
	 * @return list<array<string,mixed>> empty: there is no more
	 */
	public function recentChanges( int $rows ): array {
	}

	/**
	 * What has come of it until now.
	 *
	 * @return array{changes:int,untold:int,unknownForms:list<array{form:string,count:int,change:?int}>} how many
	 *   changes there are, coalesced; how many pages are not told of one, since there are too many; and what was met in
	 *   the changes, and by {@see usageLookup()}, that this version does not know (keys and versions of diffs, and
	 *   aspects): what, how often, and the id of the first change that shows it, if it is a change that does. All pages
	 *   that use the entity are updated then, so nothing is missed; but an upgrade is due. Twenty at most.
	 */
	public function summary(): array {
	}
}
