<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * How many jobs wait when edits come faster than jobs are run.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\Edits
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs
 */
class FastEditingTest extends FarmTestCase {

	private const EDITS = 300;

	public function test_g6_at_most_one_trigger_waits_however_fast_edits_come(): void {
		$this->editFast();
		$jobs = $this->jobs( Farm::REPO, 'wikibase-dispatch-client' );
		$this->assertSame( [], $jobs, 'clients are served by the triggers' );
		$this->assertSame( [ self::EDITS, self::EDITS ], [ $this->seen( 'enwiki' ), $this->seen( 'dewiki' ) ] );
	}

	public function test_g6_at_most_one_trigger_and_one_job_per_client_wait_with_the_strategy_jobs(): void {
		$this->farm->setSettings( [ 'dispatchStrategy' => 'jobs' ] );
		$this->editFast();
		$this->assertCount( 2, $this->jobs( Farm::REPO, 'wikibase-dispatch-client' ), $this->farm->log() );
	}

	private function editFast(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		for ( $edit = 1; $edit <= self::EDITS; $edit++ ) {
			$this->writeChange( 'Q1' );
			$this->announce();
			if ( $edit % 100 === 0 ) {
				$this->assertAtMostOneOfEach();
				// The jobs for the clients wait, while triggers find the clients behind again and again.
				$this->runJobs( Farm::REPO, '--type', 'wikibase-dispatch-trigger' );
				$this->assertAtMostOneOfEach();
			}
		}
	}

	public function test_a_trigger_is_scheduled_while_another_is_running(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->database( Farm::REPO )
			->prepare( "UPDATE job SET job_token = 'somebody', job_token_timestamp = ?" )
			->execute( [ gmdate( 'YmdHis' ) ] );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->assertCount( 2, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	private function assertAtMostOneOfEach(): void {
		$waiting = array_count_values( array_map( 'implode', $this->farm->database( Farm::REPO )->query(
			"SELECT job_cmd, job_params FROM job WHERE job_token = ''"
		)->fetchAll() ) );
		$this->assertSame( [], array_filter( $waiting, static fn ( int $count ) => $count > 1 ) );
		$this->assertLessThanOrEqual( 1, count( $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) ) );
		$clients = array_column( $this->jobs( Farm::REPO, 'wikibase-dispatch-client' ), 'siteId' );
		$this->assertSame( array_unique( $clients ), $clients );
	}
}
