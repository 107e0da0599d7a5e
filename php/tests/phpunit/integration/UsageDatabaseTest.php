<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * A wiki whose usages have moved to another database, and whose own table was left behind with what was true once.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Compat\UsageDatabase
 */
class UsageDatabaseTest extends FarmTestCase {

	private const REBUILD = __DIR__ . '/../../../maintenance/RebuildSubscriptions.php';

	/** Where usages are: the table of another wiki will do. */
	private const DATABASE = 'dewiki';

	protected function setUp(): void {
		if ( version_compare( MW_VERSION, '1.41', '<' ) ) {
			$this->markTestSkipped( 'This MediaWiki has no virtual domains.' );
		}
		parent::setUp();
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
		$this->createPage( 'enwiki', 7, 'Berlin', [ 'Q9' => [ 'X' ] ] );
		$this->createPage( 'enwiki', 8, 'Paris', [ 'Q1' => [ 'X' ] ] );
		$this->farm->database( 'enwiki' )->exec( "DELETE FROM wbc_entity_usage WHERE eu_entity_id = 'Q1'" );
		$this->farm->database( self::DATABASE )->exec(
			"INSERT INTO wbc_entity_usage (eu_entity_id, eu_aspect, eu_page_id) VALUES ('Q1', 'X', 8)"
		);
		$this->farm->setGlobals( [
			'wgVirtualDomainsMapping' => [ 'virtual-wikibase-entityusage' => [ 'db' => self::DATABASE ] ],
		] );
		$this->subscribe( 'Q1', 'enwiki' );
	}

	public function test_the_old_table_neither_ends_subscriptions_nor_makes_any(): void {
		$result = $this->farm->maintenance( 'enwiki', self::REBUILD );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertSame( [ 'Q1' ], $this->subscriptions( 'enwiki' ) );
	}

	public function test_the_pages_that_use_an_entity_now_are_updated(): void {
		$this->subscribe( 'Q9', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->writeChange( 'Q9' );
		$this->dispatchAll();
		$this->assertSame( [ 'Paris' ], array_column( $this->recentChanges( 'enwiki' ), 'rc_title' ) );
	}

	public function test_what_pages_use_is_written_there(): void {
		$text = $this->textFile( '<uses>Q3#L.en</uses>' );
		$result = $this->farm->maintenanceReading( $text, 'enwiki', 'edit', 'Rome' );
		$this->assertSame( 0, $result->status, $result->output );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'Q1', 'Q3' ], $this->subscriptions( 'enwiki' ) );
		$this->assertSame( 1, $this->usages( self::DATABASE, 'Q3' ) );
		$this->assertSame( 0, $this->usages( 'enwiki', 'Q3' ) );
	}

	private function usages( string $wiki, string $entity ): int {
		return (int)$this->farm->database( $wiki )->query(
			"SELECT COUNT(*) FROM wbc_entity_usage WHERE eu_entity_id = '$entity'"
		)->fetchColumn();
	}

	private function textFile( string $text ): string {
		$file = "{$this->farm->folder}/tmp/text";
		file_put_contents( $file, $text );
		return $file;
	}
}
