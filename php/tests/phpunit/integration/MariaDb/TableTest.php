<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;

/**
 * The table of dispatch states, as the installer and the updater make it on MariaDB.
 *
 * @coversNothing
 */
class TableTest extends FarmTestCase {

	public function test_the_table_has_the_shape_that_wikibase_1_37_gave_it_but_for_longer_site_ids(): void {
		$columns = $this->farm->database( Farm::REPO )->query( 'SHOW COLUMNS FROM wb_changes_dispatch' )->fetchAll();
		$this->assertSame(
			[
				'chd_site varbinary(64) NO PRI',
				'chd_db varbinary(32) NO',
				'chd_seen int unsigned NO MUL 0',
				'chd_touched varbinary(14) NO MUL 00000000000000',
				'chd_lock varbinary(64) YES',
				'chd_disabled tinyint unsigned NO 0',
			],
			array_map( static fn ( array $column ) => implode( ' ', array_filter( [
				$column['Field'],
				// Older servers say how wide a number would be shown.
				preg_replace( '/int\(\d+\)/', 'int', $column['Type'] ),
				$column['Null'],
				$column['Key'],
				self::text( $column['Default'] ),
			], static fn ( ?string $part ) => (string)$part !== '' ) ), $columns )
		);
	}

	/** MySQL shows bytes as 0x30, MariaDB 11.8 as x'30'. */
	private static function text( ?string $default ): ?string {
		$isNumber = preg_match( "/^(?:0x|x')((?:[0-9A-F]{2})+)'?$/", (string)$default, $digits );
		return $isNumber ? hex2bin( $digits[1] ) : $default;
	}

	public function test_it_has_the_indexes_too(): void {
		$indexes = $this->farm->database( Farm::REPO )->query( 'SHOW INDEX FROM wb_changes_dispatch' )->fetchAll();
		$columns = array_column( $indexes, 'Column_name', 'Key_name' );
		ksort( $columns );
		$this->assertSame( [
			'PRIMARY' => 'chd_site',
			'wb_changes_dispatch_chd_seen' => 'chd_seen',
			'wb_changes_dispatch_chd_touched' => 'chd_touched',
		], $columns );
	}
}
