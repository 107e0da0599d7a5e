<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * How dispatching is, as model, API and metrics tell it alike.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\StatusReader
 */
class StatusTest extends StatusTestCase {

	public function test_a_farm_that_has_dispatched_everything_is_healthy(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertTold( Health::Healthy, 'none', null );
		$status = $this->status();
		$this->assertSame( [ $changeId, $changeId, 0 ],
			[ $status->horizon(), $status->newest(), $status->waiting() ] );
		$this->assertSame( array_fill_keys( Farm::WIKIS, 'up-to-date' ), $this->conditions( $status ) );
	}

	public function test_a_farm_where_nothing_was_ever_dispatched_is_not_called_healthy(): void {
		$this->assertTold( Health::Untried, 'nothing-dispatched', null );
		$page = self::$web->page( 'Special:DispatchStatus' );
		$this->assertStringContainsString( 'Nothing dispatched yet', $page );
		$this->assertStringNotContainsString( '--success', $page );
		$this->assertStringNotContainsString( 'box-success', $page );
		$this->assertStringContainsString( 'class="wbd-line wbd-median" d=""', $page, 'no dot where nothing is known' );
		$this->initialise();
		$this->assertTold( Health::Untried, 'nothing-dispatched', null );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertTold( Health::Healthy, 'none', null );
	}

	public function test_a_client_that_fails_is_the_named_cause_of_lag_until_a_pass_succeeds(): void {
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO ) );
		$this->assertTold( Health::Lagging, 'queue-unreachable', 'enwiki' );
		$this->endRests();
		$this->assertTold( Health::Lagging, 'queue-unreachable', 'enwiki' );
		$enwiki = $this->client( 'enwiki' );
		$this->assertSame( [ 'failing', 'failing', false ],
			[ $enwiki->condition(), $enwiki->trouble(), $enwiki->isStalled() ], 'its rest is over' );
		$failing = $this->api( [ 'dscondition' => 'failing' ] )['clients'];
		$this->assertSame( [ 'enwiki' ], array_column( $failing, 'siteid' ) );
		$this->assertSame( [ 'stuck' => 0, 'failing' => 1, 'lagging' => 0 ], $this->api()['troubled'] );
		$page = self::$web->page( 'Special:DispatchStatus' );
		$this->assertStringContainsString( 'Clients in trouble: 1 failing.', $page );
		$this->dispatchAll();
		$this->assertTold( Health::Healthy, 'none', null );
	}

	/**
	 * @dataProvider provideRemedies
	 */
	public function test_failures_are_forgotten_when_an_admin_begins_anew_with_a_client(
		string $script, array $arguments
	): void {
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO ) );
		$this->assertSame( 'failing', $this->client( 'enwiki' )->condition() );
		if ( $script === 'EnableClient' ) {
			$this->script( 'DisableClient', 'enwiki' );
		}
		$this->script( $script, 'enwiki', ...$arguments );
		$enwiki = $this->client( 'enwiki' );
		$this->assertSame( [ 0, null ], [ $enwiki->failures(), $enwiki->lastError() ] );
		$this->assertNotSame( 'failing', $enwiki->condition() );
	}

	public static function provideRemedies(): iterable {
		yield [ 'EnableClient', [ '--after', '0' ] ];
		yield [ 'SeekClient', [ 'end', '--skip' ] ];
	}

	public function test_a_farm_that_works_off_a_backlog_lags(): void {
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		$this->assertTold( Health::Lagging, 'lagging', 'dewiki' );
	}

	public function test_a_farm_on_which_nobody_runs_jobs_is_stuck_for_want_of_a_runner(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->assertTold( Health::Stuck, 'no-runner', null );
		$this->assertSame( array_fill_keys( Farm::WIKIS, 'uninitialised' ), $this->conditions( $this->status() ) );
	}

	public function test_a_farm_whose_runner_was_stopped_is_stuck_for_want_of_a_runner(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		$this->letTimePass( Farm::WIKIS );
		$this->assertTold( Health::Stuck, 'no-runner', null );
		$this->dispatchAll();
		$this->assertTold( Health::Healthy, 'none', null );
	}

	public function test_a_client_whose_queue_cannot_be_reached_is_named_until_it_can(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO ) );
		$this->assertTold( Health::Stuck, 'queue-unreachable', 'enwiki' );
		$enwiki = $this->client( 'enwiki' );
		$this->assertGreaterThan( 0, $enwiki->failures() );
		$this->assertStringStartsWith( 'push: JobQueueError', $enwiki->lastError() );
		$this->assertNull( $this->client( 'dewiki' )->lastError() );

		$this->endRests();
		$this->dispatchAll();
		$this->assertTold( Health::Healthy, 'none', null );
		$enwiki = $this->client( 'enwiki' );
		$this->assertSame( [ 0, null ], [ $enwiki->failures(), $enwiki->lastError() ] );
		$this->assertSame( 0, $this->countRows( 'wb_changes_failure' ), 'a success deletes what was noted' );
	}

	public function test_a_client_whose_claim_nobody_ends_is_named(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		// A runner that hangs: most of its claim is over, and nothing has been heard of it.
		$job = $this->nativeFactory( $this->settings( [ 'claimTtl' => 600 ] ) )->dispatcher()->client( 'enwiki' );
		$this->assertSame( 'notify', $job->next()['actions'][0]['action'] );
		$this->letTimePass( [ 'enwiki' ] );
		$this->assertTold( Health::Stuck, 'lock-held', 'enwiki' );
		$this->assertSame( 'lock-held', $this->client( 'enwiki' )->condition() );
		$this->assertNotNull( $this->client( 'enwiki' )->claimedUntil() );
	}

	public function test_g8_a_client_that_an_admin_has_disabled_is_no_reason_to_worry(): void {
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->farm->database( Farm::REPO )->exec(
			"UPDATE wb_changes_dispatch SET chd_disabled = 1, chd_seen = 0 WHERE chd_site = 'enwiki'"
		);
		$this->assertTold( Health::Healthy, 'none', null );
		$this->assertTrue( $this->client( 'enwiki' )->isDisabled() );
	}

	public function test_clients_that_are_wikibases_are_told_as_such(): void {
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'on', 'enwiki' => 'off' ] ] );
		$this->subscribe( 'Q1', 'dewiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$clients = array_column( $this->api()['clients'], null, 'siteid' );
		$this->assertSame( [ 'off', 'not-ours' ], [ $clients['enwiki']['rollout'], $clients['enwiki']['condition'] ] );
		$this->assertSame( [ 'on', 'up-to-date' ], [ $clients['dewiki']['rollout'], $clients['dewiki']['condition'] ] );
	}
}
