<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status\Promtool;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status\StatusTestCase;

/**
 * A cluster in which several servers write changes: what their open transactions hold cannot be seen from one of them.
 *
 * @coversNothing
 */
class TopologyTest extends StatusTestCase {

	private const SUMMARY = 'Several database servers write changes, and longestTransaction is not set';

	protected function tearDown(): void {
		$this->farm->database( Farm::REPO )->exec( 'SET GLOBAL auto_increment_increment = 1' );
	}

	public function test_several_writers_are_told_everywhere_until_longestTransaction_is_set(): void {
		// This server gives out odd ids now, to all but the connection of this test.
		$this->farm->database( Farm::REPO )->exec( 'SET GLOBAL auto_increment_increment = 2' );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->assertSame( [ 1, 2 ], [ $this->writeChange( 'Q1' ), $this->writeChange( 'Q1' ) ] );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( 2, $this->seen( 'enwiki' ) );

		$api = $this->api();
		$this->assertSame( [ 'healthy', [ 'unsafe-topology' ] ], [ $api['health'], $api['warnings'] ] );
		$this->assertStringContainsString(
			'<code>longestTransaction</code>', self::$web->page( 'Special:DispatchStatus' )
		);
		$this->assertSame( '', Promtool::testAlerts( $this->metrics(), [
			'WikibaseDispatchUnsafeTopology' => [ [ [ 'warning' => 'unsafe-topology' ], self::SUMMARY ] ],
		] ) );
		$this->assertMatchesRegularExpression(
			'/^Healthy.*^Warning \(unsafe-topology\): .*longestTransaction/ms', $this->script( 'ShowStatus' )
		);
		$this->assertStringContainsString( 'several database servers write changes', $this->farm->log() );

		$this->farm->setSettings( [ 'longestTransaction' => 30 ] );
		$this->assertSame( [], $this->api()['warnings'] );
		$this->assertSame( '', Promtool::testAlerts( $this->metrics(), [] ) );
	}
}
