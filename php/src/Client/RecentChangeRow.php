<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

/**
 * Makes rows of `recentchanges`, in the form that Wikibase's client side writes and reads.
 */
final class RecentChangeRow {

	public const SOURCE = 'wb';

	/**
	 * The `rc_params` of a change: the same for every page that it affects.
	 *
	 * The numbers of the change are strings there, as the database gave them to Wikibase; its own id is not.
	 *
	 * @param array{id:int,type:string,time:string,entityId:string,revisionId:int,userId:int,metadata:array} $change
	 */
	public static function params( array $change ): string {
		return serialize( [ 'wikibase-repo-change' => [
			'id' => $change['id'],
			'time' => $change['time'],
			'user_id' => (string)$change['userId'],
			'revision_id' => (string)$change['revisionId'],
			'object_id' => $change['entityId'],
			'type' => $change['type'],
			'entity_type' => self::entityType( $change['type'] ),
		] + $change['metadata'] ] );
	}

	/**
	 * @param array{metadata:array<string,int|string>} $change
	 * @param ClientPage $page
	 * @param string $params see {@see params()}
	 * @param string $timestamp in the database's format
	 * @param int $actorId
	 * @param int $commentId
	 * @return array<string,int|string|null>
	 */
	public static function make(
		array $change,
		ClientPage $page,
		string $params,
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
			'rc_minor' => 1,
			'rc_bot' => (int)(bool)( $change['metadata']['bot'] ?? 0 ),
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
			'rc_params' => $params,
		];
	}

	/** `item` of `wikibase-item~update`. */
	private static function entityType( string $type ): string {
		return preg_match( '/^wikibase-([^~]+)~/', $type, $match ) ? $match[1] : '';
	}
}
