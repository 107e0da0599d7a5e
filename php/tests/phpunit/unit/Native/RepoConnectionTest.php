<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Native;

use MediaWiki\Extension\WikibaseDispatch\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Native\UnsupportedDatabaseException;
use PHPUnit\Framework\TestCase;
use Wikimedia\Rdbms\DatabaseSqlite;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\ILoadBalancer;

/**
 * How the wiki's database is described to native code.
 */
class RepoConnectionTest extends TestCase {

	public function test_a_sqlite_database_is_described_by_its_file_and_prefix(): void {
		$db = $this->createMock( DatabaseSqlite::class );
		$db->method( 'getDbFilePath' )->willReturn( '/srv/data/repo.sqlite' );
		$db->method( 'tablePrefix' )->willReturn( 'mw_' );
		$loadBalancer = $this->loadBalancer( 'sqlite', 'repo' );
		$loadBalancer->expects( $this->once() )->method( 'getConnection' )->with( DB_PRIMARY )->willReturn( $db );
		$this->assertSame(
			[ 'driver' => 'sqlite', 'path' => '/srv/data/repo.sqlite', 'prefix' => 'mw_' ],
			$this->connectionBy( $loadBalancer )->describe()
		);
	}

	public function test_a_mysql_database_is_described_from_the_configuration_of_the_primary(): void {
		$loadBalancer = $this->loadBalancer( 'mysql', 'repo-mw_' );
		$loadBalancer->method( 'getServerInfo' )->with( 0 )->willReturn( [
			'type' => 'mysql', 'host' => 'db1.example', 'user' => 'wiki', 'password' => 'secret', 'dbname' => 'other',
		] );
		$description = $this->connectionBy( $loadBalancer )->describe();
		$this->assertSame(
			[ 'mysql', 'db1.example', 'repo', 'mw_' ],
			[ $description['driver'], $description['host'], $description['database'], $description['prefix'] ]
		);
	}

	public function test_a_mysql_server_is_not_connected_to(): void {
		$loadBalancer = $this->loadBalancer( 'mysql', 'repo' );
		$loadBalancer->method( 'getServerInfo' )->willReturn( [ 'host' => 'db1.example' ] );
		$loadBalancer->expects( $this->never() )->method( 'getConnection' );
		$this->connectionBy( $loadBalancer )->describe();
	}

	public function test_any_other_database_is_refused_by_name(): void {
		$this->expectException( UnsupportedDatabaseException::class );
		$this->expectExceptionMessage( "'repo_db-mw_': its database is of type 'postgres'" );
		$this->connectionBy( $this->loadBalancer( 'postgres', 'repo_db-mw_' ) )->describe();
	}

	private function loadBalancer( string $type, string $domain ): ILoadBalancer {
		$loadBalancer = $this->createMock( ILoadBalancer::class );
		$loadBalancer->method( 'getServerType' )->with( 0 )->willReturn( $type );
		$loadBalancer->method( 'getLocalDomainID' )->willReturn( $domain );
		return $loadBalancer;
	}

	private function connectionBy( ILoadBalancer $loadBalancer ): RepoConnection {
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'getMainLB' )->willReturn( $loadBalancer );
		return new RepoConnection( $loadBalancers );
	}
}
