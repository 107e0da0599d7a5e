<?php
/**
 * A row of the recent changes with its actor and its comment.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

class Row {

	/** Below zero are ids by which Wikibase's client looks up no summary: this much below those of the changes. */
	private const UNFINDABLE = 1 << 52;

	/** MediaWiki's RC_EXTERNAL. */
	private const EXTERNAL = 5;

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
	/** What its parameters say of the change, with the id that this has on the repo. */
	public readonly array $change;

	/**
	 * @param array $row
	 * @param list<string> $also names of columns that are to be the same, too
	 */
	public function __construct( array $row, array $also = [] ) {
		$columns = [];
		foreach ( [ ...self::COLUMNS, ...$also ] as $name ) {
			if ( array_key_exists( $name, $row ) && !self::isLeftOut( $name, $row ) ) {
				$columns[$name] = $row[$name] === null ? null : (string)$row[$name];
			}
		}
		$this->columns = $columns;
		$this->comment = (string)$row['comment_text'];
		$this->pageId = (int)$row['rc_cur_id'];
		$change = unserialize( $row['rc_params'] )['wikibase-repo-change'];
		if ( $change['id'] < 0 ) {
			$change['id'] += self::UNFINDABLE;
		}
		$this->change = $change;
	}

	/** MediaWiki 1.45 has no `rc_new` any more; and where `rc_type` is there, later Wikibases write none. */
	private static function isLeftOut( string $name, array $row ): bool {
		return $name === 'rc_type' && (int)$row[$name] !== self::EXTERNAL;
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
