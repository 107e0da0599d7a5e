<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Migration\Rollout;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnsupportedDatabaseException;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use PHPUnit\Framework\TestCase;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\ILoadBalancer;

/**
 * What is said where the tables of a rollout cannot be. (Reading them is tested on a farm.)
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore
 */
class RolloutStoreTest extends TestCase {

	public function test_on_postgresql_no_table_is_asked_that_is_not_there(): void {
		$loadBalancer = $this->createMock( ILoadBalancer::class );
		$loadBalancer->method( 'getServerType' )->willReturn( 'postgres' );
		$loadBalancer->expects( $this->never() )->method( 'getConnection' );
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'getMainLB' )->willReturn( $loadBalancer );
		$loadBalancers->method( 'getLocalDomainID' )->willReturn( 'my_wiki' );
		$this->expectException( UnsupportedDatabaseException::class );
		$this->expectExceptionMessage( "cannot dispatch the changes of 'my_wiki'" );
		( new RolloutStore( $loadBalancers ) )->load();
	}
}
