<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

/**
 * Changes that become visible after dispatching has passed their ids (G7b).
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\StatusReader
 */
class LateChangeTest extends StatusTestCase {

	/** Ids below it were never given out. */
	private const FIRST = 500;
	private const LATE = 20;
	/** Seconds; the ledger is compared once a minute. */
	private const TWO_MINUTES = 120;

	protected function setUp(): void {
		parent::setUp();
		$this->farm->setSettings( [ 'notificationFormat' => 'change-ids', 'gapGrace' => 0 ] );
	}

	public function test_g7b_a_row_far_below_the_horizon_is_delivered_late_once_to_those_whom_it_concerns(): void {
		$this->dispatchFromFirst();
		$this->writeLate( self::LATE );

		// Nobody announces it: a request looks.
		$this->letTheLedgerGrowOld();
		$this->lookOut();
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->runJobs( Farm::REPO );
		$this->assertSame( [ [ self::FIRST ], [ self::LATE ] ], $this->delivered( 'enwiki' ) );
		$this->assertSame( [ [ self::FIRST ] ], $this->delivered( 'dewiki' ) );
		$this->assertSame( [ self::FIRST, self::FIRST ], [ $this->seen( 'enwiki' ), $this->seen( 'dewiki' ) ] );
		$this->assertToldToBeLate();

		// Nor is it found again, by anybody.
		$this->letTheLedgerGrowOld();
		$this->lookOut();
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertCount( 2, $this->delivered( 'enwiki' ) );
		$this->assertSame( 1, substr_count( $this->farm->log(), 'became visible after dispatching had passed' ) );
	}

	public function test_g7b_a_row_far_below_the_horizon_is_delivered_within_two_minutes(): void {
		$this->dispatchFromFirst();
		$this->writeLate( self::LATE );
		$end = time() + self::TWO_MINUTES;
		do {
			sleep( 2 );
			$this->lookOut();
			$this->runJobs( Farm::REPO );
		} while ( count( $this->delivered( 'enwiki' ) ) < 2 && time() < $end );
		$this->assertSame( [ [ self::FIRST ], [ self::LATE ] ], $this->delivered( 'enwiki' ) );
	}

	public function test_g7b_what_is_late_for_a_client_that_is_disabled_asks_for_no_trigger(): void {
		$this->dispatchFromFirst();
		$this->farm->database( Farm::REPO )->exec(
			"INSERT INTO wb_changes_late (cla_site, cla_change, cla_found) VALUES ('enwiki', 3, '20260131120000')"
		);
		$this->farm->database( Farm::REPO )->exec(
			"UPDATE wb_changes_dispatch SET chd_disabled = 1 WHERE chd_site = 'enwiki'"
		);
		$this->lookOut();
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->farm->database( Farm::REPO )->exec(
			"UPDATE wb_changes_dispatch SET chd_disabled = 0 WHERE chd_site = 'enwiki'"
		);
		$this->lookOut();
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	/** On a cluster that gives out every third id the other two are missing, and those that are there were not. */
	public function test_g7b_a_run_with_a_step_has_what_was_missing_and_nothing_else(): void {
		$this->dispatchFromFirst();
		$db = $this->farm->database( Farm::REPO );
		$db->exec( 'DELETE FROM wb_changes_ledger' );
		$db->exec( "INSERT INTO wb_changes_ledger VALUES (8, 15, 3, '20260131120000')" );
		foreach ( [ 10, 13 ] as $id ) {
			$this->writeLate( $id );
		}
		$this->lookOut();
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->writeLate( 14 );
		$this->lookOut();
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	/** G9: before somebody has run the updates. */
	public function test_g9_a_repo_without_the_ledger_dispatches_and_says_that_an_update_is_due(): void {
		$this->withoutLedger( function (): void {
			$this->subscribe( 'Q1', 'enwiki' );
			$changeId = $this->writeChange( 'Q1' );
			$this->announce();
			$this->runJobs( Farm::REPO );
			$this->assertSame( [ [ $changeId ] ], $this->delivered( 'enwiki' ) );
			$this->lookOut();
			$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );

			$this->assertSame( [ 'no-ledger' ], $this->api()['warnings'] );
			$this->assertSame( [], $this->api()['latechanges'] );
			$this->assertStringContainsString( 'update.php', $this->page() );
			$metrics = $this->metrics();
			$this->assertStringContainsString( "wikibase_dispatch_warning{warning=\"no-ledger\"} 1\n", $metrics );
			$this->assertMatchesRegularExpression(
				'/^Healthy.*^Warning \(no-ledger\): .*update\.php/ms', $this->script( 'ShowStatus' )
			);
			$this->assertSame( 1, substr_count( $this->farm->log(), 'late changes cannot be found' ) );
		} );
		$result = $this->farm->maintenance( Farm::REPO, 'update', '--quick' );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertSame( [], $this->api()['warnings'] );
	}

	private function assertToldToBeLate(): void {
		$api = $this->api();
		$this->assertSame( [ Health::Healthy->value, [] ], [ $api['health'], $api['warnings'] ] );
		$this->assertSame( [ self::LATE ], array_column( $api['latechanges'], 'id' ) );
		$this->assertEqualsWithDelta( time(), strtotime( $api['latechanges'][0]['found'] ), 60 );
		$page = $this->page();
		$this->assertStringContainsString( 'One change became visible late', $page );
		$this->assertStringContainsString( self::LATE . ' (found at ', $page );
		$metrics = $this->metrics();
		$this->assertStringContainsString( "wikibase_dispatch_late_changes 1\n", $metrics );
		$this->assertSame( '', Promtool::lint( $metrics ) );
		$this->assertSame( '', Promtool::testAlerts( $metrics, [
			'WikibaseDispatchLateChanges' => [
				[ [], 'Changes became visible late and were delivered afterwards' ],
			],
		] ) );
		$this->assertStringContainsString(
			'One change became visible late and was delivered afterwards: ' . self::LATE . ' (found at ',
			$this->script( 'ShowStatus' )
		);
		$this->assertStringContainsString(
			'It became visible after dispatching',
			$this->script( 'ExplainDispatch', '--change', (string)self::LATE )
		);
		$this->assertStringNotContainsString(
			'It became visible after dispatching',
			$this->script( 'ExplainDispatch', '--change', (string)self::FIRST )
		);
		$this->assertMatchesRegularExpression( '/' . self::LATE . ' \(.* late, for enwiki\)/', $this->farm->log() );
	}

	/** Has a change dispatched whose id is the first that is there. */
	private function dispatchFromFirst(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->subscribe( 'Q2', 'enwiki' );
		$this->write( self::FIRST, 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( [ [ self::FIRST ] ], $this->delivered( 'dewiki' ) );
	}

	/** Only enwiki is subscribed to its entity. */
	private function writeLate( int $id ): void {
		$this->write( $id, 'Q2' );
	}

	private function write( int $id, string $entityId ): void {
		$last = $this->writeChange( $entityId );
		$this->farm->database( Farm::REPO )
			->prepare( 'UPDATE wb_changes SET change_id = ? WHERE change_id = ?' )
			->execute( [ $id, $last ] );
	}

	/** The note of the buffer is as old as if a comparison were due: wd1b:revision:upto:compared:… */
	private function letTheLedgerGrowOld(): void {
		$db = $this->farm->database( Farm::REPO );
		$note = $db->query(
			"SELECT chd_site, chd_lock FROM wb_changes_dispatch WHERE chd_lock LIKE 'wd1b:%'"
		)->fetch();
		$this->assertIsArray( $note );
		$parts = explode( ':', $note['chd_lock'] );
		$parts[3] = dechex( hexdec( $parts[3] ) - 90 );
		$db->prepare( 'UPDATE wb_changes_dispatch SET chd_lock = ? WHERE chd_site = ?' )
			->execute( [ implode( ':', $parts ), $note['chd_site'] ] );
	}

	/** What a request does when it is answered. */
	private function lookOut(): void {
		WikibaseDispatchServices::lookout( MediaWikiServices::getInstance() )->lookWhenAnswered();
		DeferredUpdates::doUpdates();
		MediaWikiServices::getInstance()->getDBLoadBalancerFactory()->commitPrimaryChanges( __METHOD__ );
	}

	/** @return list<list<int>> ids of each notification */
	private function delivered( string $wiki ): array {
		return array_column( $this->jobs( $wiki, 'ChangeNotification' ), 'changeIds' );
	}

	private function page(): string {
		return self::$web->page( 'Special:DispatchStatus' );
	}

	private function withoutLedger( callable $work ): void {
		$tables = [ 'wb_changes_ledger', 'wb_changes_late' ];
		foreach ( $tables as $table ) {
			$this->farm->database( Farm::REPO )->exec( "DROP TABLE $table" );
		}
		try {
			$work();
		} catch ( \Throwable $e ) {
			// The next test needs them.
			$this->farm->maintenance( Farm::REPO, 'update', '--quick' );
			throw $e;
		}
	}
}
