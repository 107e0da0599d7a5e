<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Wikimedia\Rdbms\IDatabase;

/**
 * Tells which recent changes have been written already: by an earlier run of the same job, after a failure, or by
 * Wikibase's own client side while one replaces the other.
 */
class WrittenRecentChanges {

	/** What tells two changes of one second apart; neither the form of the rest nor its order does. */
	private const IDENTITY = [ 'object_id', 'type', 'rev_id', 'parent_id' ];

	/**
	 * One query over the time that the candidates cover, which is short and has an index.
	 *
	 * @param IDatabase $db
	 * @param string $from timestamp in the database's format
	 * @param string $to
	 * @param list<int> $pageIds of the candidates
	 * @param array<string,mixed> $candidates by page id, `|` and {@see key()}
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
			unset( $candidates["{$row->rc_cur_id}|" . self::key( $row->rc_timestamp, (string)$row->rc_params )] );
		}
		return $candidates;
	}

	/**
	 * @param string $timestamp in the database's format
	 * @param string $params `rc_params`
	 */
	public static function key( string $timestamp, string $params ): string {
		$change = unserialize( $params, [ 'allowed_classes' => false ] )['wikibase-repo-change'] ?? [];
		return implode( '|', [ $timestamp, ...array_map(
			static fn ( string $field ) => (string)( $change[$field] ?? '' ),
			self::IDENTITY
		) ] );
	}
}
