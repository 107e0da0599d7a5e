<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Sqlite;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;

/**
 * The table of dispatch states, as the installer and the updater make it on SQLite.
 *
 * @coversNothing
 */
class TableTest extends FarmTestCase {

	public function test_the_table_has_the_shape_that_wikibase_1_37_gave_it(): void {
		$columns = $this->farm->database( Farm::REPO )->query( 'PRAGMA table_info(wb_changes_dispatch)' )->fetchAll();
		// SQLite has one type for whole numbers, and some versions of MediaWiki write only that.
		$this->assertSame(
			[
				'chd_site BLOB NOT NULL PRIMARY KEY',
				'chd_db BLOB NOT NULL',
				'chd_seen INTEGER NOT NULL DEFAULT 0',
				"chd_touched BLOB NOT NULL DEFAULT '00000000000000'",
				'chd_lock BLOB DEFAULT NULL',
				'chd_disabled INTEGER NOT NULL DEFAULT 0',
			],
			array_map( static fn ( array $column ) => implode( ' ', array_filter( [
				$column['name'],
				strtr( $column['type'], [ ' UNSIGNED' => '', 'SMALLINT' => 'INTEGER' ] ),
				$column['notnull'] ? 'NOT NULL' : '',
				$column['dflt_value'] === null ? '' : "DEFAULT {$column['dflt_value']}",
				$column['pk'] ? 'PRIMARY KEY' : '',
			] ) ), $columns )
		);
	}

	public function test_it_has_the_indexes_too(): void {
		$indexes = $this->farm->database( Farm::REPO )->query(
			'SELECT il.name, ii.name AS column FROM pragma_index_list(\'wb_changes_dispatch\') AS il' .
			' JOIN pragma_index_info(il.name) AS ii WHERE il.origin = \'c\' ORDER BY il.name'
		)->fetchAll( \PDO::FETCH_KEY_PAIR );
		$this->assertSame( [
			'wb_changes_dispatch_chd_seen' => 'chd_seen',
			'wb_changes_dispatch_chd_touched' => 'chd_touched',
		], $indexes );
	}
}
