<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientHistoryStore;
use MediaWiki\Extension\WikibaseDispatch\Status\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Sample;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

/**
 * The history, as real jobs leave it in the real table.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\History\HistoryKeeper
 */
class HistoryTest extends FarmTestCase {

	public function test_jobs_leave_one_sample_a_minute_of_what_is_the_case_when_they_end(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$first = $this->samples();
		$this->assertCount( 1, $first );
		$this->assertSame(
			[ $changeId, $changeId, 0, 'healthy', [] ],
			[ $first[0]->newest, $first[0]->seen, $first[0]->medianLag, $first[0]->health, $first[0]->worst ]
		);
		$this->assertEqualsWithDelta( time(), $first[0]->time, 60 );

		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$minutes = array_map( static fn ( Sample $sample ) => intdiv( $sample->time, 60 ), $this->samples() );
		$this->assertSame( array_unique( $minutes ), $minutes );
		$this->assertLessThanOrEqual( 2, count( $minutes ), 'the clock may have gone on to the next minute' );
	}

	public function test_jobs_leave_a_sample_of_each_client_that_is_served(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO, '--maxjobs', '1' ) );
		$of = fn ( string $siteId ): array => $this->clientStore()->of( $siteId );
		$this->assertCount( 1, $of( 'enwiki' ) );
		$this->assertSame( [ $changeId - 1, 1 ], [ $of( 'enwiki' )[0]->seen, $of( 'enwiki' )[0]->failures ] );
		$this->assertGreaterThan( 86_400, $of( 'enwiki' )[0]->lag, 'the change is of last January' );
		$this->assertSame( [ $changeId, 0 ], [ $of( 'dewiki' )[0]->seen, $of( 'dewiki' )[0]->lag ] );
		$this->assertEqualsWithDelta( time(), $of( 'dewiki' )[0]->time, 60 );
		$this->clientStore()->forgetBefore( $of( 'enwiki' )[0]->slot() + 1 );
		$this->assertSame( [], $of( 'enwiki' ) );
	}

	/** G9: where update.php has not made the table of clients. */
	public function test_g9_without_the_table_of_clients_the_rest_of_the_history_is_kept(): void {
		$this->farm->without( Farm::REPO, 'wb_changes_client_history', function (): void {
			$this->writeChange( 'Q1' );
			$this->announce();
			$this->runJobs( Farm::REPO );
		} );
		$this->assertCount( 1, $this->samples() );
	}

	public function test_who_lagged_is_kept_by_name(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO ) );
		$sample = $this->samples()[0];
		$this->assertSame( [ 'enwiki' ], array_keys( $sample->worst ) );
		$this->assertGreaterThan( 86_400, $sample->lagOf( 'enwiki' ), 'the change is of last January' );
		$this->assertSame( 0, $sample->lagOf( 'dewiki' ) );
		$this->assertSame( 'stuck', $sample->health );
	}

	public function test_what_is_older_than_a_day_is_deleted_by_the_next_sample(): void {
		$store = $this->store();
		$now = time();
		foreach ( [ $now - 86_400 - 120, $now - 86_400 + 120 ] as $time ) {
			$store->add( new Sample( $time, 1, 1, 0, 'healthy', [ '123' => 5 ] ) );
		}
		$store->add( new Sample( $now - 86_400 + 120, 99, 99, 0, 'stuck', [] ) );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$samples = $this->samples();
		$this->assertCount( 2, $samples );
		$this->assertEqualsWithDelta( $now - 86_400 + 120, $samples[0]->time, 1 );
		$this->assertSame( 1, $samples[0]->newest, 'who comes second in a minute changes nothing' );
		$this->assertSame( 5, $samples[0]->lagOf( '123' ) );
	}

	/** G9: where the table is missing, because nobody has run the updates, changes are delivered all the same. */
	public function test_g9_without_its_table_dispatching_goes_on(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->farm->without( Farm::REPO, 'wb_changes_history', function (): void {
			$this->announce();
			$this->runJobs( Farm::REPO );
		} );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->assertSame( 1, substr_count( $this->farm->log(), 'no history is kept' ) );
	}

	/** @return list<Sample> */
	private function samples(): array {
		MediaWikiServices::getInstance()->getDBLoadBalancerFactory()->commitPrimaryChanges( __METHOD__ );
		return $this->store()->since( 0 );
	}

	private function clientStore(): ClientHistoryStore {
		return new ClientHistoryStore( MediaWikiServices::getInstance()->getDBLoadBalancerFactory() );
	}

	private function store(): HistoryStore {
		return WikibaseDispatchServices::historyStore( MediaWikiServices::getInstance() );
	}
}
