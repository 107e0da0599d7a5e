<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use stdClass;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Takes summaries that were hidden on the repo out of changes that wait in its change buffer, so that no notification
 * of any format carries them, and no client finds them there by a change's id.
 *
 * What is changed stays what it was, so pages are updated all the same. A user who was hidden stays, and is marked: the
 * changes of one user in a row become one recent change, and nobody but the client can tell which these are.
 */
class BufferRedactor {

	/** Changes of one query. */
	private const CHUNK = 500;

	/** Longer ones are told without what stands in them, and a server may refuse to send them. */
	private const MOST_BYTES = 2 * 1024 * 1024;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @param array<int,int> $revisions revision id => what is hidden of it, as `rev_deleted`
	 */
	public function hide( array $revisions ): void {
		$db = $this->db();
		foreach ( array_chunk( $revisions, self::CHUNK, true ) as $some ) {
			$this->redact( $db, [ 'wb_changes' ], [ 'change_revision_id' => array_keys( $some ) ], $some );
		}
	}

	/**
	 * The summaries of a deleted page's revisions are not shown to readers any more, nor is who made them; unless the
	 * page is restored.
	 *
	 * @param int $pageId
	 * @param string $entity the entity whose page it was, if it was one's
	 */
	public function hideDeleted( int $pageId, string $entity ): void {
		$this->redact( $this->db(), [ 'wb_changes', 'archive' ], [
			'change_object_id' => $entity,
			'ar_rev_id = change_revision_id',
			'ar_page_id' => $pageId,
		], [] );
	}

	/**
	 * @param IDatabase $db
	 * @param list<string> $tables
	 * @param array<int|string,mixed> $conditions
	 * @param array<int,int> $revisions revision id => what is hidden of it; everything, of those that are missing
	 */
	private function redact( IDatabase $db, array $tables, array $conditions, array $revisions ): void {
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'change_id', 'change_revision_id', 'change_info' ] )
			->tables( $tables )
			->where( [ ...$conditions, 'LENGTH(change_info) <= ' . self::MOST_BYTES ] )
			->caller( __METHOD__ )
			->fetchResultSet();
		foreach ( $rows as $row ) {
			$bits = $revisions[(int)$row->change_revision_id] ?? -1;
			$columns = self::columns( json_decode( $row->change_info ), $bits );
			if ( $columns !== [] ) {
				$db->update( 'wb_changes', $columns, [ 'change_id' => (int)$row->change_id ], __METHOD__ );
			}
		}
	}

	/**
	 * @return array<string,string> what has to be written
	 */
	private static function columns( mixed $info, int $bits ): array {
		$metadata = $info instanceof stdClass ? $info->metadata ?? null : null;
		if ( !$metadata instanceof stdClass ) {
			return [];
		}
		$before = clone $metadata;
		if ( RevisionVisibility::isText( $bits ) && isset( $metadata->comment ) ) {
			$metadata->comment = '';
		}
		if ( RevisionVisibility::isUser( $bits ) ) {
			HiddenUsers::mark( $metadata );
		}
		return $metadata == $before
			? [] : [ 'change_info' => json_encode( $info, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR ) ];
	}

	private function db(): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}
}
