<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\User\UserIdentity;

/**
 * Makes rows of `recentchanges`, in the form that Wikibase's client side writes and reads.
 */
final class RecentChangeRow {

	public const SOURCE = 'wb';

	/**
	 * @param array<string,int|string|null> $columns
	 * @param UserIdentity $user
	 * @param string $comment
	 */
	private function __construct(
		private readonly array $columns,
		public readonly UserIdentity $user,
		public readonly string $comment
	) {
	}

	/**
	 * @param array<string,mixed> $change of it, `params` and `bot`
	 * @param ClientPage $page
	 * @param string $timestamp in the database's format
	 * @param UserIdentity $user
	 * @param string $comment
	 * @param int $deleted what of it is hidden, as `rc_deleted`
	 * @param array<string,int> $former columns that this wiki still has
	 */
	public static function make(
		array $change,
		ClientPage $page,
		string $timestamp,
		UserIdentity $user,
		string $comment,
		int $deleted,
		array $former
	): self {
		return new self( $former + [
			'rc_timestamp' => $timestamp,
			'rc_namespace' => $page->namespace,
			'rc_title' => $page->dbKey,
			// Always, as with Wikibase: nothing of the page itself has changed.
			'rc_minor' => 1,
			'rc_bot' => (int)$change['bot'],
			'rc_cur_id' => $page->id,
			'rc_this_oldid' => $page->latestRevisionId,
			'rc_last_oldid' => $page->latestRevisionId,
			'rc_source' => self::SOURCE,
			// Autopatrolled: nobody here can patrol it.
			'rc_patrolled' => 2,
			'rc_ip' => '',
			'rc_old_len' => $page->length,
			'rc_new_len' => $page->length,
			'rc_deleted' => $deleted,
			'rc_logid' => 0,
			'rc_log_type' => null,
			'rc_log_action' => '',
			'rc_params' => $change['params'],
		], $user, trim( $comment ) );
	}

	/**
	 * @return array<string,int|string|null>
	 */
	public function forTable( int $actorId, int $commentId ): array {
		return [ 'rc_actor' => $actorId, 'rc_comment_id' => $commentId ] + $this->columns;
	}

	/**
	 * @return array<string,int|string|null> attributes for MediaWiki, which finds actor and comment itself
	 */
	public function forMediaWiki(): array {
		return [
			'rc_user' => $this->user->getId(),
			'rc_user_text' => $this->user->getName(),
			'rc_comment' => $this->comment,
		] + $this->columns;
	}
}
