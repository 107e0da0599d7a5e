<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * An admin has what waits dispatched here and now.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUp
 */
class CatchUpTest extends ScriptTestCase {

	/** In many passes, so that others come between them. */
	private const CHANGES = 400;

	protected function setUp(): void {
		parent::setUp();
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
	}

	public function test_it_does_what_the_jobs_would_do(): void {
		$this->writeChanges( 3 );
		$output = $this->script( 'CatchUp' );
		$this->assertStringContainsString( '2 clients are behind, by 6 changes in total.', $output );
		$this->assertStringContainsString( 'Delivered 6 changes in 2 passes.', $output );
		$this->assertStringContainsString( 'All changes up to ID 3 are dispatched.', $output );
		$this->assertStringNotContainsString( "\r", $output, 'a file gets no bar' );
		foreach ( [ 'enwiki', 'dewiki' ] as $client ) {
			$this->assertSame( 3, $this->seen( $client ) );
			$this->assertCount( 1, $this->jobs( $client, 'DispatchNotification' ) );
		}
		$this->assertStringContainsString( 'No client is behind.', $this->script( 'CatchUp' ) );
	}

	public function test_only_the_clients_that_are_named_are_served(): void {
		$this->writeChanges( 3 );
		$this->script( 'CatchUp', 'dewiki', Farm::REPO );
		$this->assertSame( [ 0, 3, 3 ], array_map( $this->seen( ... ), [ 'enwiki', 'dewiki', Farm::REPO ] ) );
		$this->assertStringContainsString( "no client 'nowiki'", $this->refusal( 'CatchUp', 'nowiki' ) );
		$this->set( 'dewiki', 'chd_disabled = 1' );
		$this->assertStringContainsString( "'dewiki' is disabled", $this->refusal( 'CatchUp', 'dewiki' ) );
	}

	public function test_g1_g3_beside_job_runners_everything_is_delivered_once(): void {
		$this->farm->setSettings( [ 'dispatchDefaultBatchSize' => 5, 'notificationFormat' => 'change-ids' ] );
		$this->writeChanges( self::CHANGES );
		$this->announce();
		$commands = [
			$this->startScript( 'CatchUp' ),
			$this->farm->begin( Farm::REPO, 'runJobs', '--type', 'wikibase-dispatch-trigger' ),
			$this->startScript( 'CatchUp' ),
		];
		foreach ( $commands as $command ) {
			$result = $command->result();
			$this->assertSame( 0, $result->status, $result->output );
		}
		foreach ( [ 'enwiki', 'dewiki' ] as $client ) {
			$delivered = array_merge( ...array_column( $this->jobs( $client, 'ChangeNotification' ), 'changeIds' ) );
			$this->assertSame(
				count( array_unique( $delivered ) ), count( $delivered ), "$client got something twice"
			);
			sort( $delivered );
			$this->assertSame( range( 1, self::CHANGES ), $delivered, $client );
		}
	}

	public function test_it_waits_for_whoever_holds_a_claim_and_ends_in_order_when_it_is_told_to(): void {
		$this->initialise();
		$this->writeChanges( 3 );
		$this->set( 'enwiki', "chd_lock = 'wd1c:00000000deadbeef:" . ( time() + 200 ) . ":3:0'" );
		$command = $this->startScript( 'CatchUp' );
		$command->waitFor( 'Waiting: cannot begin a pass for enwiki: another process holds its claim' );
		$command->signal( SIGTERM );
		$result = $command->result();
		$this->assertSame( 143, $result->status, $result->output );
		$this->assertStringContainsString( 'Stopped. Still behind: enwiki.', $result->output );
		$this->assertSame( [ 0, 3 ], [ $this->seen( 'enwiki' ), $this->seen( 'dewiki' ) ] );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ), 'the jobs go on' );
	}

	public function test_g9_a_client_whose_queue_fails_is_named_and_the_others_are_served(): void {
		$this->writeChanges( 3 );
		$output = $this->farm->without( 'enwiki', 'job', fn () => $this->refusal( 'CatchUp' ) );
		$this->assertStringContainsString( 'Dispatching to enwiki failed; jobs will retry: ', $output );
		$this->assertStringNotContainsString( 'INSERT', $output, 'what was to be written is for the log' );
		$this->assertSame( [ 0, 3 ], [ $this->seen( 'enwiki' ), $this->seen( 'dewiki' ) ] );
	}

	public function test_an_edit_that_met_a_claim_of_its_is_found_by_the_trigger_that_it_leaves(): void {
		$this->writeChanges( 1 );
		$this->script( 'CatchUp' );
		$this->writeChanges( 1 );
		$this->runJobs( Farm::REPO );
		$this->assertSame( 2, $this->seen( 'enwiki' ) );
	}

	private function writeChanges( int $count ): void {
		$db = $this->farm->database( Farm::REPO );
		$db->beginTransaction();
		for ( $i = 0; $i < $count; $i++ ) {
			$this->writeChange( 'Q1' );
		}
		$db->commit();
	}
}
