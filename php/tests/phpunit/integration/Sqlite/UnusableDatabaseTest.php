<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Sqlite;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;

/**
 * What native code says of a SQLite file that it cannot use.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection
 */
class UnusableDatabaseTest extends FarmTestCase {

	/** Calls native code as an unprivileged user, for whom a file without permissions is one. */
	private const DISPATCH = <<<'PHP'
		if ( posix_geteuid() === 0 ) {
			posix_setgid( 65534 );
			posix_setuid( 65534 );
		}
		try {
			$job = ( new WikibaseDispatch\Dispatcher(
				[ 'driver' => 'sqlite', 'path' => $argv[1] ],
				new WikibaseDispatch\Settings( [ 'repoSiteId' => 'repowiki', 'localClientDatabases' => [ 'enwiki' ] ] )
			) )->trigger();
			$step = $job->next();
			$step['state'] === 'failed' ? $job->raise( $step['cause']['native'] ) : print 'no exception';
		} catch ( WikibaseDispatch\DispatchException $e ) {
			$retryable = $e->isRetryable() ? 'retryable' : 'final';
			echo get_class( $e ), " {$e->getCode()} $retryable: {$e->getMessage()}";
		}
	PHP;

	private string $folder;

	protected function setUp(): void {
		parent::setUp();
		$this->folder = sys_get_temp_dir() . '/wikibase-dispatch-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->folder );
		chmod( $this->folder, 0755 );
	}

	protected function tearDown(): void {
		array_map( 'unlink', glob( "{$this->folder}/*" ) );
		rmdir( $this->folder );
	}

	public function test_a_database_that_is_missing_is_named(): void {
		$file = "{$this->folder}/missing.sqlite";
		$result = $this->farm->php( self::DISPATCH, $file );
		$this->assertStringContainsString( 'StoreMissingException 1205 final', $result->output );
		$this->assertStringContainsString( $file, $result->output );
		$this->assertFileDoesNotExist( $file );
	}

	public function test_a_database_that_cannot_be_written_is_named(): void {
		$file = "{$this->folder}/readonly.sqlite";
		$db = new \PDO( "sqlite:$file" );
		$tables = $this->farm->database( Farm::REPO )->query(
			"SELECT sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'wb_changes%'"
		);
		array_map( $db->exec( ... ), $tables->fetchAll( \PDO::FETCH_COLUMN ) );
		unset( $db );
		chmod( $file, 0444 );
		$result = $this->farm->php( self::DISPATCH, $file );
		$this->assertStringContainsString( 'StoreReadOnlyException 1202 retryable', $result->output );
		$this->assertStringContainsString( $file, $result->output );
	}

	public function test_a_repo_that_was_never_updated_is_told_so(): void {
		$file = "{$this->folder}/empty.sqlite";
		( new \PDO( "sqlite:$file" ) )->exec( 'CREATE TABLE other (x)' );
		chmod( $file, 0666 );
		chmod( $this->folder, 0777 );
		$result = $this->farm->php( self::DISPATCH, $file );
		$this->assertStringContainsString( 'SchemaMissingException 1204 final', $result->output );
		$this->assertStringContainsString( 'run maintenance/update.php', $result->output );
	}
}
