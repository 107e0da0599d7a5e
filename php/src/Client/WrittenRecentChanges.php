<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Wikimedia\Rdbms\IDatabase;

/**
 * Tells which recent changes an earlier run of the same notification has written.
 *
 * A notification may come twice, after a failure; its rows shall not.
 */
class WrittenRecentChanges {

	/**
	 * One query over the time that the candidates cover, which is short and has an index.
	 *
	 * @param IDatabase $db
	 * @param string $from timestamp in the database's format
	 * @param string $to
	 * @param list<int> $pageIds of the candidates
	 * @param array<string,mixed> $candidates by key
	 * @return array<string,mixed> those that have not been written
	 */
	public function without( IDatabase $db, string $from, string $to, array $pageIds, array $candidates ): array {
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'rc_timestamp', 'rc_cur_id', 'rc_params' ] )
			->from( 'recentchanges' )
			->where( [
				'rc_source' => RecentChangeRow::SOURCE,
				'rc_cur_id' => $pageIds,
				'rc_timestamp >= ' . $db->addQuotes( $from ),
				'rc_timestamp <= ' . $db->addQuotes( $to ),
			] )
			->caller( __METHOD__ )
			->fetchResultSet();
		foreach ( $rows as $row ) {
			unset( $candidates[self::key( $row->rc_timestamp, (int)$row->rc_cur_id, (string)$row->rc_params )] );
		}
		return $candidates;
	}

	public static function key( string $timestamp, int $pageId, string $params ): string {
		return "$timestamp|$pageId|" . md5( $params );
	}
}
