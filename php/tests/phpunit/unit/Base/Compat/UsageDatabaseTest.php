<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Compat;

use HashConfig;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\UsageDatabase;
use MediaWiki\MediaWikiServices;
use PHPUnit\Framework\TestCase;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILoadBalancer;
use Wikimedia\Rdbms\LBFactory;

/**
 * Usages are read where Wikibase's own code on the wiki reads them.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Compat\UsageDatabase
 */
class UsageDatabaseTest extends TestCase {

	private const MAPPED = [ 'VirtualDomainsMapping' => [ 'virtual-wikibase-entityusage' => [ 'db' => 'usages' ] ] ];

	public function test_usages_are_in_the_wikis_database_where_nothing_is_mapped(): void {
		$this->assertSame( 'local', $this->database( [], false ) );
		$this->assertSame( 'local', $this->database( [ 'VirtualDomainsMapping' => [] ], false ) );
	}

	public function test_usages_are_where_the_virtual_domain_is_mapped_to(): void {
		if ( !method_exists( LBFactory::class, 'getPrimaryDatabase' ) ) {
			$this->assertSame( 'local', $this->database( self::MAPPED, false ) );
			return;
		}
		$this->assertSame( 'virtual-wikibase-entityusage', $this->database( self::MAPPED, false ) );
	}

	public function test_a_wikibase_that_does_not_know_the_virtual_domain_reads_its_own_database_and_so_do_we(): void {
		$this->assertSame( 'local', $this->database( self::MAPPED, true ) );
	}

	private function database( array $config, bool $isWikibaseClient ): string {
		$connections = $this->createMock( ILoadBalancer::class );
		$connections->method( 'getConnection' )->willReturn( $this->named( 'local' ) );
		$factory = $this->createMock( LBFactory::class );
		$factory->method( 'getMainLB' )->willReturn( $connections );
		if ( method_exists( LBFactory::class, 'getPrimaryDatabase' ) ) {
			$factory->method( 'getPrimaryDatabase' )->willReturnCallback( $this->named( ... ) );
		}
		$services = $this->createMock( MediaWikiServices::class );
		$services->method( 'getMainConfig' )->willReturn( new HashConfig( $config ) );
		$services->method( 'getDBLoadBalancerFactory' )->willReturn( $factory );
		$services->method( 'hasService' )->willReturn( $isWikibaseClient );
		return UsageDatabase::of( $services )->primary()->getDomainID();
	}

	private function named( string $domain ): IDatabase {
		$db = $this->createMock( IDatabase::class );
		$db->method( 'getDomainID' )->willReturn( $domain );
		return $db;
	}
}
