<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * With only one client there is nothing to select, so that no trigger is needed.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchClientJob
 */
class SingleClientTest extends FarmTestCase {

	private const ONLY_CLIENT = [ 'localClientDatabases' => [ 'enwiki' => 'enwiki' ] ];

	public function test_the_only_client_gets_its_pass_without_a_trigger(): void {
		$this->farm->setSettings( self::ONLY_CLIENT );
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );

		$this->edits( $this->settings( self::ONLY_CLIENT ) )->changesWritten();
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$jobs = $this->jobs( Farm::REPO, 'wikibase-dispatch-client' );
		$this->assertSame( [ 'enwiki' ], array_column( $jobs, 'siteId' ) );

		$this->runJobs( Farm::REPO );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}
}
