<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * The table of dispatch states, as the installer and the updater make it.
 */
class SchemaTest extends FarmTestCase {

	public function test_an_update_keeps_a_table_that_is_there(): void {
		$this->farm->database( Farm::REPO )->exec(
			"INSERT INTO wb_changes_dispatch (chd_site, chd_db, chd_seen) VALUES ('enwiki', 'enwiki', 123)"
		);
		$result = $this->farm->maintenance( Farm::REPO, 'update', '--quick' );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertSame( 123, $this->seen( 'enwiki' ) );
	}
}
