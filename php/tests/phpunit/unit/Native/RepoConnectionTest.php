<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Native;

use MediaWiki\Extension\WikibaseDispatch\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Native\UnsupportedDatabaseException;
use PHPUnit\Framework\TestCase;
use Wikimedia\Rdbms\DatabaseSqlite;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\ILoadBalancer;

/**
 * How the wiki's database is described to native code.
 */
class RepoConnectionTest extends TestCase {

	public function test_a_sqlite_database_is_described_by_its_file_and_prefix(): void {
		$db = $this->createMock( DatabaseSqlite::class );
		$db->method( 'getType' )->willReturn( 'sqlite' );
		$db->method( 'getDbFilePath' )->willReturn( '/srv/data/repo.sqlite' );
		$db->method( 'tablePrefix' )->willReturn( 'mw_' );
		$this->assertSame(
			[ 'driver' => 'sqlite', 'path' => '/srv/data/repo.sqlite', 'prefix' => 'mw_' ],
			$this->connectionTo( $db )->describe()
		);
	}

	public function test_any_other_database_is_refused_by_name(): void {
		$db = $this->createMock( IDatabase::class );
		$db->method( 'getType' )->willReturn( 'mysql' );
		$db->method( 'getDomainID' )->willReturn( 'repo_db-mw_' );
		$this->expectException( UnsupportedDatabaseException::class );
		$this->expectExceptionMessage( "'repo_db-mw_': its database is of type 'mysql'" );
		$this->connectionTo( $db )->describe();
	}

	private function connectionTo( IDatabase $db ): RepoConnection {
		$loadBalancer = $this->createMock( ILoadBalancer::class );
		$loadBalancer->expects( $this->once() )->method( 'getConnection' )->with( DB_PRIMARY )->willReturn( $db );
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'getMainLB' )->willReturn( $loadBalancer );
		return new RepoConnection( $loadBalancers );
	}
}
