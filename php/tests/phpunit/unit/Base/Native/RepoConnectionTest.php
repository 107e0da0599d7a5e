<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Native;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnsupportedDatabaseException;
use PHPUnit\Framework\TestCase;
use Wikimedia\Rdbms\DatabaseSqlite;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\ILoadBalancer;

/**
 * How the wiki's database is described to native code.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection
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

	public function test_there_are_no_replicas_in_the_description_of_a_single_server(): void {
		$this->assertArrayNotHasKey( 'replicas', $this->describeServers( [ [ 'host' => 'db1', 'load' => 1 ] ] ) );
	}

	public function test_replicas_that_have_load_are_described_in_their_order(): void {
		$description = $this->describeServers( [
			[ 'host' => 'db1', 'load' => 0, 'user' => 'wiki', 'password' => 'secret' ],
			[ 'host' => 'db2:3307', 'load' => 1, 'user' => 'reader', 'password' => 'other' ],
			[ 'host' => 'db3', 'load' => 0 ],
			[ 'host' => 'db4', 'load' => 2.5, 'ssl' => true ],
			[ 'host' => 'localhost:/run/db5.sock', 'load' => 1 ],
		] );
		$this->assertSame( 'db1', $description['host'] );
		$this->assertSame(
			[
				[ 'host' => 'db2', 'port' => 3307, 'user' => 'reader', 'password' => 'other', 'tls' => false ],
				[ 'host' => 'db4', 'port' => 3306, 'user' => '', 'password' => '', 'tls' => [ 'verify' => false ] ],
				[ 'socket' => '/run/db5.sock', 'user' => '', 'password' => '', 'tls' => false ],
			],
			$description['replicas']
		);
	}

	public function test_a_server_that_does_not_replicate_or_says_nothing_of_load_is_no_replica(): void {
		$description = $this->describeServers( [
			[ 'host' => 'db1', 'load' => 1 ],
			[ 'host' => 'db2', 'load' => 1, 'is static' => true ],
			[ 'host' => 'db3' ],
		] );
		$this->assertArrayNotHasKey( 'replicas', $description );
	}

	private function describeServers( array $servers ): array {
		$loadBalancer = $this->createMock( ILoadBalancer::class );
		$loadBalancer->method( 'getServerType' )->willReturn( 'mysql' );
		$loadBalancer->method( 'getLocalDomainID' )->willReturn( 'repo' );
		$loadBalancer->method( 'getServerCount' )->willReturn( count( $servers ) );
		$loadBalancer->method( 'getServerInfo' )->willReturnCallback( static fn ( int $index ) => $servers[$index] );
		$loadBalancer->expects( $this->never() )->method( 'getConnection' );
		return $this->connectionBy( $loadBalancer )->describe();
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
