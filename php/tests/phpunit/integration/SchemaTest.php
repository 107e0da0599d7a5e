<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * Tables as the installer and the updater make them.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Schema\DispatchTableKeeper
 */
class SchemaTest extends FarmTestCase {

	private const OF_REPO = [
		'wb_changes_client_history', 'wb_changes_dispatch', 'wb_changes_error', 'wb_changes_failure',
		'wb_changes_handed', 'wb_changes_history', 'wb_changes_late',
		'wb_changes_ledger', 'wb_changes_rebuild', 'wb_changes_rollout', 'wb_changes_shadow',
	];

	protected function tearDown(): void {
		foreach ( self::OF_REPO as $table ) {
			$this->farm->database( 'enwiki' )->exec( "DROP TABLE IF EXISTS $table" );
		}
	}

	public function test_a_client_gets_no_tables_of_a_repo_and_one_that_becomes_a_repo_does(): void {
		$this->assertSame( self::OF_REPO, $this->tables( Farm::REPO ) );
		$this->assertSame( [], $this->tables( 'enwiki' ), 'this is what update.php has made of a client' );
		$this->farm->setSettings( [ 'localClientDatabases' => [ 'dewiki' ] ] );
		$result = $this->farm->maintenance( 'enwiki', 'update', '--quick' );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertSame( self::OF_REPO, $this->tables( 'enwiki' ) );
	}

	/**
	 * @return list<string>
	 */
	private function tables( string $wiki ): array {
		$db = $this->farm->database( $wiki );
		$tables = [];
		foreach ( self::OF_REPO as $table ) {
			try {
				$db->query( "SELECT 1 FROM $table LIMIT 1" )->fetchAll();
				$tables[] = $table;
			} catch ( \PDOException ) {
				// It is not there.
			}
		}
		return $tables;
	}

	public function test_an_update_keeps_a_table_that_is_there(): void {
		$this->farm->database( Farm::REPO )->exec(
			"INSERT INTO wb_changes_dispatch (chd_site, chd_db, chd_seen) VALUES ('enwiki', 'enwiki', 123)"
		);
		$result = $this->farm->maintenance( Farm::REPO, 'update', '--quick' );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertSame( 123, $this->seen( 'enwiki' ) );
	}
}
