<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

/**
 * Makes rows of `recentchanges`, in the form that Wikibase's client side writes and reads.
 */
final class RecentChangeRow {

	public const SOURCE = 'wb';

	/**
	 * @param array{params:string,bot:bool} $change
	 * @param ClientPage $page
	 * @param string $timestamp in the database's format
	 * @param int $actorId
	 * @param int $commentId
	 * @return array<string,int|string|null>
	 */
	public static function make(
		array $change,
		ClientPage $page,
		string $timestamp,
		int $actorId,
		int $commentId
	): array {
		return [
			'rc_timestamp' => $timestamp,
			'rc_actor' => $actorId,
			'rc_namespace' => $page->namespace,
			'rc_title' => $page->dbKey,
			'rc_comment_id' => $commentId,
			// Always, as with Wikibase: nothing of the page itself has changed.
			'rc_minor' => 1,
			'rc_bot' => (int)$change['bot'],
			'rc_new' => 0,
			'rc_cur_id' => $page->id,
			'rc_this_oldid' => $page->latestRevisionId,
			'rc_last_oldid' => $page->latestRevisionId,
			'rc_type' => RC_EXTERNAL,
			'rc_source' => self::SOURCE,
			// Autopatrolled: nobody here can patrol it.
			'rc_patrolled' => 2,
			'rc_ip' => '',
			'rc_old_len' => $page->length,
			'rc_new_len' => $page->length,
			'rc_deleted' => 0,
			'rc_logid' => 0,
			'rc_log_type' => null,
			'rc_log_action' => '',
			'rc_params' => $change['params'],
		];
	}
}
