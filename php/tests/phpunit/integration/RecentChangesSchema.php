<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * The table `recentchanges` of a wiki of the farm, as other versions of MediaWiki have it.
 */
final class RecentChangesSchema {

	private const COLUMNS = [ 'rc_new' => 'SMALLINT DEFAULT 0 NOT NULL', 'rc_type' => 'SMALLINT DEFAULT 0 NOT NULL' ];

	public function __construct( private readonly Farm $farm, private readonly string $wiki ) {
	}

	/** Some of the columns that later versions drop. */
	public function keepOnly( string ...$columns ): void {
		$db = $this->farm->database( $this->wiki );
		foreach ( array_diff( array_keys( self::COLUMNS ), $columns ) as $column ) {
			if ( !$this->farm->databases->isMariaDb ) {
				$indexes = $db->query(
					"SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'recentchanges'" .
					" AND sql LIKE '%$column%'"
				)->fetchAll( \PDO::FETCH_COLUMN );
				foreach ( $indexes as $index ) {
					$db->exec( "DROP INDEX $index" );
				}
			}
			$db->exec( "ALTER TABLE recentchanges DROP COLUMN $column" );
		}
	}

	/** All of them; no test needs the indexes. */
	public function restore(): void {
		$db = $this->farm->database( $this->wiki );
		$row = $db->query( $this->farm->databases->isMariaDb
			? 'SHOW COLUMNS FROM recentchanges'
			: 'SELECT name AS Field FROM pragma_table_info(\'recentchanges\')' )->fetchAll();
		foreach ( array_diff_key( self::COLUMNS, array_flip( array_column( $row, 'Field' ) ) ) as $column => $type ) {
			$db->exec( "ALTER TABLE recentchanges ADD COLUMN $column $type" );
		}
	}
}
