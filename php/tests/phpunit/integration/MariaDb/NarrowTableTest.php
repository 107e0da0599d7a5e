<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status\StatusTestCase;

/**
 * Tables as Wikibase 1.37 and earlier versions of this extension made them have room for site ids of 32 bytes.
 *
 * @coversNothing
 */
class NarrowTableTest extends StatusTestCase {

	private const LONG = 'digital_cultural_heritage_registry_wiki';

	private const NARROW = [
		'wb_changes_dispatch' => 'chd_site', 'wb_changes_failure' => 'cf_site', 'wb_changes_rebuild' => 'crb_site',
		'wb_changes_rollout' => 'cro_site', 'wb_changes_shadow' => 'csh_site',
	];

	protected function setUp(): void {
		parent::setUp();
		$db = $this->farm->database( Farm::REPO );
		foreach ( self::NARROW as $table => $column ) {
			$db->exec( "ALTER TABLE $table CHANGE $column $column VARBINARY(32) NOT NULL" );
		}
		$db->exec( "DELETE FROM updatelog WHERE ul_key LIKE '%patch-c%site.sql'" );
		$this->subscribe( 'Q1', 'dewiki', self::LONG );
		$this->farm->setSettings( [ 'localClientDatabases' => [ 'dewiki', self::LONG => 'enwiki' ], 'gapGrace' => 0 ] );
	}

	protected function tearDown(): void {
		$this->farm->maintenance( Farm::REPO, 'update', '--quick' );
		parent::tearDown();
	}

	public function test_g9_a_site_id_without_room_is_refused_and_served_after_an_update(): void {
		$changeId = $this->writeChange( 'Q1' );
		$this->trigger();
		$this->assertSame( $changeId, $this->seen( 'dewiki' ) );
		$this->assertNull( $this->seen( self::LONG ) );
		$status = $this->api();
		$this->assertSame(
			[ 'stuck', 'client-refused', self::LONG ], [ $status['health'], $status['reason'], $status['reasonclient'] ]
		);
		$this->assertStringContainsString( 'run maintenance/update.php', $status['reasonparams']['why'] );

		$update = $this->farm->maintenance( Farm::REPO, 'update', '--quick' );
		$this->assertSame( 0, $update->status, $update->output );
		foreach ( self::NARROW as $table => $column ) {
			$type = $this->farm->database( Farm::REPO )->query( "SHOW COLUMNS FROM $table LIKE '$column'" )->fetch();
			$this->assertSame( 'varbinary(64)', $type['Type'], $table );
		}
		$this->trigger();
		$this->assertSame( $changeId, $this->seen( self::LONG ) );
		$this->assertStringNotContainsString( 'client-refused', $this->script( 'ShowStatus' ) );
	}

	private function trigger(): void {
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$this->runJobs( Farm::REPO );
	}
}
