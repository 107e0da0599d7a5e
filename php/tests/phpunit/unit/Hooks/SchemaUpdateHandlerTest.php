<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Hooks;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Hooks\SchemaUpdateHandler;
use MediaWiki\Installer\DatabaseUpdater;
use PHPUnit\Framework\TestCase;
use Wikimedia\Rdbms\IMaintainableDatabase;

/**
 * Which tables a wiki gets. (There is no Wikibase here.)
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Hooks\SchemaUpdateHandler
 */
class SchemaUpdateHandlerTest extends TestCase {

	private const OF_REPO = [
		'wb_changes_dispatch', 'wb_changes_rollout', 'wb_changes_client', 'wb_changes_sent', 'wb_changes_rebuild',
		'wb_changes_failure', 'wb_changes_history', 'wb_changes_client_history', 'wb_changes_ledger',
	];

	private const OF_CLIENT = [ 'wbc_dispatch_handled', 'wbc_entity_usage' ];

	private string $output = '';
	/** @var list<string> */
	private array $tables = [];

	protected function setUp(): void {
		ClassNames::load( DatabaseUpdater::class );
	}

	protected function tearDown(): void {
		unset( $GLOBALS['wgWikibaseDispatchSettings'], $GLOBALS['wgWBRepoSettings'] );
	}

	/** @dataProvider provideTypes */
	public function test_a_wiki_that_names_clients_gets_a_repos_tables( string $type ): void {
		$GLOBALS['wgWikibaseDispatchSettings'] = [ 'localClientDatabases' => [ 'enwiki' ] ];
		$this->update( $type );
		$this->assertSame( [ ...self::OF_REPO, ...self::OF_CLIENT ], $this->tables );
	}

	/** @dataProvider provideTypes */
	public function test_a_client_gets_only_those_of_usages_and_of_what_it_has_handled( string $type ): void {
		$GLOBALS['wgWikibaseDispatchSettings'] = [ 'repoDatabase' => 'repowiki' ];
		$this->update( $type );
		$this->assertSame( self::OF_CLIENT, $this->tables );
	}

	public static function provideTypes(): array {
		return [ [ 'sqlite' ], [ 'mysql' ] ];
	}

	public function test_on_postgresql_a_repo_gets_no_table_and_is_told_what_a_job_would_tell(): void {
		$GLOBALS['wgWikibaseDispatchSettings'] = [ 'localClientDatabases' => [ 'enwiki' ] ];
		$this->update( 'postgres' );
		$this->assertSame( [], $this->tables );
		$this->assertSame(
			"cannot dispatch the changes of 'my_wiki': its database is of type 'postgres', and WikibaseDispatch " .
				"works on MariaDB, MySQL and SQLite\n",
			$this->output
		);
	}

	public function test_on_postgresql_a_client_is_not_told_that_it_cannot_be_one(): void {
		$this->update( 'postgres' );
		$this->assertSame( [], $this->tables );
		$this->assertStringNotContainsString( 'cannot', $this->output );
	}

	private function update( string $type ): void {
		$db = $this->createMock( IMaintainableDatabase::class );
		$db->method( 'getType' )->willReturn( $type );
		$db->method( 'getDomainID' )->willReturn( 'my_wiki' );
		$updater = $this->getMockBuilder( DatabaseUpdater::class )
			->disableOriginalConstructor()
			->onlyMethods( [ 'getDB', 'output', 'addExtensionTable', 'modifyExtensionField' ] )
			->getMockForAbstractClass();
		$updater->method( 'getDB' )->willReturn( $db );
		$updater->method( 'output' )->willReturnCallback( function ( string $text ): void {
			$this->output .= $text;
		} );
		$updater->method( 'addExtensionTable' )->willReturnCallback( function ( string $table, string $file ): void {
			$this->assertFileExists( $file );
			$this->tables[] = $table;
		} );
		( new SchemaUpdateHandler() )->onLoadExtensionSchemaUpdates( $updater );
	}
}
