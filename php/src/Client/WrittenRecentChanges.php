<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Wikimedia\Rdbms\IDatabase;

/**
 * Looks up which recent changes have been written already: by an earlier run of the same job, after a failure, or by
 * Wikibase's own client side while one replaces the other.
 */
class WrittenRecentChanges {

	/**
	 * One query over the pages and the time since the first change. There is no end to that time: a row may tell of a
	 * longer run, which ended later.
	 *
	 * @param IDatabase $db
	 * @param string $since timestamp in the database's format
	 * @param non-empty-list<int> $pageIds
	 */
	public function of( IDatabase $db, string $since, array $pageIds ): ToldChanges {
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'rc_timestamp', 'rc_cur_id', 'rc_params' ] )
			->from( 'recentchanges' )
			->where( [
				'rc_source' => RecentChangeRow::SOURCE,
				'rc_cur_id' => $pageIds,
				'rc_timestamp >= ' . $db->addQuotes( $since ),
			] )
			->caller( __METHOD__ )
			->fetchResultSet();
		$told = new ToldChanges();
		foreach ( $rows as $row ) {
			$told->add( (int)$row->rc_cur_id, $row->rc_timestamp, (string)$row->rc_params );
		}
		return $told;
	}
}
