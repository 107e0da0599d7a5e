<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Hooks;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Hooks\MaxLagHandler;
use MediaWiki\Extension\WikibaseDispatch\Status\Lag\MedianLag;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;
use RuntimeException;

/**
 * What the API is told of the lag of dispatching.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Hooks\MaxLagHandler
 */
class MaxLagHandlerTest extends TestCase {

	private const DATABASE_LAG = [ 'host' => 'db1', 'lag' => 1.5, 'type' => 'db' ];

	private RecordingLogger $logger;

	protected function setUp(): void {
		$this->logger = new RecordingLogger();
	}

	public function test_lag_that_is_worse_than_what_is_there_replaces_it(): void {
		$this->assertSame(
			[ 'host' => 'enwiki', 'lag' => 2.0, 'type' => 'wikibase-dispatching', 'dispatchLag' => 120 ],
			$this->told( 120, [ 'dispatchLagToMaxLagFactor' => 60 ] )
		);
	}

	public function test_lag_that_is_no_worse_than_what_is_there_does_not(): void {
		$this->assertSame( self::DATABASE_LAG, $this->told( 90, [ 'dispatchLagToMaxLagFactor' => 60 ] ) );
		$this->assertSame( self::DATABASE_LAG, $this->told( null, [ 'dispatchLagToMaxLagFactor' => 60 ] ) );
	}

	public function test_the_setting_of_wikibase_counts_where_there_is_none_of_ours(): void {
		$this->assertSame( 'enwiki', $this->told( 120, [], [ 'dispatchLagToMaxLagFactor' => 0.5 ] )['host'] );
	}

	public function test_nobody_is_asked_when_the_factor_is_0_or_the_wiki_is_no_repo(): void {
		$median = $this->createMock( MedianLag::class );
		$median->expects( $this->never() )->method( 'get' );
		$settings = [
			[ 'localClientDatabases' => [ 'enwiki' ] ],
			[ 'localClientDatabases' => [ 'enwiki' ], 'dispatchLagToMaxLagFactor' => 0 ],
			[ 'dispatchLagToMaxLagFactor' => 60 ],
		];
		foreach ( $settings as $configured ) {
			$lagInfo = self::DATABASE_LAG;
			$this->handler( $median, $configured )->onApiMaxLagInfo( $lagInfo );
			$this->assertSame( self::DATABASE_LAG, $lagInfo );
		}
	}

	public function test_no_failure_reaches_the_api(): void {
		$this->assertSame( self::DATABASE_LAG, $this->told( 120, [ 'dispatchLagToMaxLagFactor' => 'much' ] ) );
		$median = $this->createMock( MedianLag::class );
		$median->method( 'get' )->willThrowException( new RuntimeException( 'the cache is down' ) );
		$lagInfo = self::DATABASE_LAG;
		$this->handler( $median, [ 'localClientDatabases' => [ 'enwiki' ], 'dispatchLagToMaxLagFactor' => 1 ] )
			->onApiMaxLagInfo( $lagInfo );
		$this->assertSame( self::DATABASE_LAG, $lagInfo );
		$this->assertCount( 2, $this->logger->contexts( 'error' ) );
	}

	private function told( ?int $seconds, array $configured, array $wikibase = [] ): array {
		$median = $this->createMock( MedianLag::class );
		$median->method( 'get' )
			->willReturn( $seconds === null ? null : [ 'siteId' => 'enwiki', 'seconds' => $seconds ] );
		$lagInfo = self::DATABASE_LAG;
		$this->handler( $median, $configured + [ 'localClientDatabases' => [ 'enwiki' ] ], $wikibase )
			->onApiMaxLagInfo( $lagInfo );
		return $lagInfo;
	}

	private function handler( MedianLag $median, array $configured, array $wikibase = [] ): MaxLagHandler {
		$settings = new WikiSettings( $configured, $wikibase, 'repowiki', new RecordingQueues(), $this->logger );
		return new MaxLagHandler( $settings, $median, $this->logger );
	}
}
