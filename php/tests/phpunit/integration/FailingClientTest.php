<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * One client whose queue fails must not affect the others.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\FailureKeeper
 */
class FailingClientTest extends FarmTestCase {

	public function test_a_client_whose_queue_fails_loses_nothing_and_holds_back_nobody(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO ) );
		$this->assertSame( $changeId, $this->seen( 'dewiki' ) );
		$this->assertCount( 1, $this->jobs( 'dewiki', 'DispatchNotification' ) );
		$this->assertSame( 0, $this->seen( 'enwiki' ) );
		$this->assertStringContainsString( 'dispatching to enwiki failed', $this->farm->log() );
		$this->assertStringNotContainsString( 'dispatching to dewiki failed', $this->farm->log() );
		$jobs = $this->jobs( Farm::REPO, 'wikibase-dispatch-client' );
		$this->assertSame( [ 'enwiki' ], array_column( $jobs, 'siteId' ),
			'the queue keeps the job for another try' );
	}
}
