<?php
/**
 * A row of the recent changes with its actor and its comment.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

class Row {

	/**
	 * What has to be the same. Ids of rows, actors and comments are each wiki's own; and lengths of pages are not in
	 * the data.
	 */
	private const COLUMNS = [
		'rc_timestamp', 'rc_namespace', 'rc_title', 'rc_minor', 'rc_bot', 'rc_new', 'rc_cur_id', 'rc_this_oldid',
		'rc_last_oldid', 'rc_type', 'rc_source', 'rc_patrolled', 'rc_ip', 'rc_deleted', 'rc_logid', 'rc_log_type',
		'rc_log_action', 'rc_params', 'actor_name', 'actor_user', 'comment_data',
	];

	/** @var array<string,?string> */
	public readonly array $columns;
	public readonly string $comment;
	public readonly int $pageId;
	/** What its parameters say of the change. */
	public readonly array $change;

	public function __construct( array $row ) {
		$columns = [];
		foreach ( self::COLUMNS as $name ) {
			$columns[$name] = $row[$name] === null ? null : (string)$row[$name];
		}
		$this->columns = $columns;
		$this->comment = (string)$row['comment_text'];
		$this->pageId = (int)$row['rc_cur_id'];
		$this->change = unserialize( $row['rc_params'] )['wikibase-repo-change'];
	}

	/** Page and change. */
	public function key(): string {
		return "{$this->pageId}|{$this->changeKey()}";
	}

	public function changeKey(): string {
		$change = $this->change;
		return implode( '|', [
			$this->columns['rc_timestamp'], $change['object_id'], $change['type'], $change['rev_id'],
			$change['parent_id'],
		] );
	}
}
