<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * A runner died in the middle of a pass: its claim stands, and the queue has its job repeated before the claim ends.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\SetAsideChanges
 */
class DeadRunnerTest extends FarmTestCase {

	public function test_a_job_that_meets_the_claim_of_a_dead_runner_waits_for_its_end(): void {
		$this->farm->setSettings( [ 'claimTtl' => 3 ] );
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->leaveClaim( 'enwiki' );
		$this->announce();

		$this->runJobs( Farm::REPO );

		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-client' ) );
	}

	/** What a process leaves that began a pass and was killed, and the job that the queue repeats for it. */
	private function leaveClaim( string $client ): void {
		$this->initialise();
		$lock = 'wd1c:00000000deadbeef:' . ( time() + 3 ) . ':1:0';
		$this->farm->database( Farm::REPO )
			->prepare( 'UPDATE wb_changes_dispatch SET chd_lock = ? WHERE chd_site = ?' )
			->execute( [ $lock, $client ] );
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-client', [ 'siteId' => $client ] );
	}
}
