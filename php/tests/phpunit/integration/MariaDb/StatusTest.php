<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status\Promtool;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status\StatusTestCase;
use PDO;

/**
 * What holds dispatching up that only a database server has: named locks, and transactions side by side.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\StatusReader
 */
class StatusTest extends StatusTestCase {

	/** The row in which runners note since when ids are missing. */
	private const NOTE = "\x01settled";

	public function test_g11_a_client_whose_named_lock_somebody_holds_is_named(): void {
		$this->dispatchOnce();
		// As the cron dispatcher of an older Wikibase would, hanging.
		$other = $this->farm->databases->connect( Farm::REPO );
		$name = 'Wikibase.' . Farm::REPO . '.dispatchChanges.enwiki';
		$this->assertSame( 1, (int)$other->query( "SELECT GET_LOCK('$name', 0)" )->fetchColumn() );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runSomeJobs();
		$this->assertSame( 1, $this->status()->waiting(), 'the runner did what it could' );
		$this->letTimePass( Farm::WIKIS );
		$this->assertTold( Health::Stuck, 'lock-held', 'enwiki' );
		$this->assertSame( 'lock-held', $this->client( 'enwiki' )->condition() );
		$this->assertStringContainsString(
			"SELECT IS_USED_LOCK('$name')", $this->script( 'ExplainDispatch', 'enwiki' )
		);

		$other->query( "SELECT RELEASE_LOCK('$name')" );
		$this->dispatchAll();
		$this->assertTold( Health::Healthy, 'none', null );
	}

	public function test_g7_an_edit_that_does_not_end_is_named_with_the_ids_that_it_holds(): void {
		$this->dispatchOnce();
		$edit = $this->farm->databases->connect( Farm::REPO );
		$held = $this->insertInto( $edit );
		$visible = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runSomeJobs();
		$this->letTimePass( [ ...Farm::WIKIS, self::NOTE ] );
		$this->assertTold( Health::Stuck, 'open-gap', null );
		$status = $this->status();
		$this->assertSame( [ $held - 1, $visible ], [ $status->horizon(), $status->newest() ] );
		$gap = $status->gap();
		$this->assertSame( [ $held, $held, true ], [ $gap['first'], $gap['last'], $gap['isHeld'] ] );
		$this->assertGreaterThanOrEqual( $gap['since'], $status->takenAt() );
		$this->assertSame( array_fill_keys( Farm::WIKIS, 'gap' ), $this->conditions( $status ) );
		$this->assertSame( [ 'first' => $held, 'last' => $held ],
			array_intersect_key( $this->api()['reasonparams'], [ 'first' => 1, 'last' => 1 ] ) );
		$this->assertStringContainsString(
			"An uncommitted transaction holds change ID $held, which blocks all later changes.",
			$this->script( 'ExplainDispatch', 'dewiki' )
		);
		$this->assertStringContainsString( 'is not visible; its transaction may still be open',
			$this->script( 'ExplainDispatch', '--change', (string)$held ) );
		$this->assertStringContainsString( 'An earlier transaction is still open: no change after ',
			$this->script( 'ExplainDispatch', '--change', (string)$visible ) );

		$stalled = $lagging = [];
		foreach ( Farm::WIKIS as $wiki ) {
			$stalled[] = [ [ 'client' => $wiki ], "$wiki receives no changes" ];
			$lagging[] = [ [ 'client' => $wiki ], "$wiki is more than an hour behind" ];
		}
		$this->assertSame( '', Promtool::testAlerts( $this->metrics(), [
			'WikibaseDispatchStuck' => [
				[ [ 'state' => 'stuck' ], 'Change dispatching is stuck: open-gap' ],
			],
			'WikibaseDispatchGapOpen' => [ [ [], 'An uncommitted transaction blocks all later changes' ] ],
			'WikibaseDispatchLagging' => [ [ [], 'Half of the clients are more than five minutes behind' ] ],
			'WikibaseDispatchClientStalled' => $stalled,
			'WikibaseDispatchClientLagging' => $lagging,
		] ) );

		$edit->rollBack();
		$this->dispatchAll();
		$this->assertTold( Health::Healthy, 'none', null );
	}

	public function test_g7_a_forgotten_prepared_transaction_is_told_with_what_ends_it(): void {
		$this->dispatchOnce();
		$edit = $this->farm->databases->connect( Farm::REPO );
		$edit->exec( "XA START 'forgotten'" );
		$edit->exec(
			'INSERT INTO wb_changes (change_type, change_time, change_object_id, change_revision_id, change_user_id,' .
			" change_info) VALUES ('wikibase-item~update', '20260131120000', 'Q1', 8, 5, '{}')"
		);
		$edit->exec( "XA END 'forgotten'" );
		$edit->exec( "XA PREPARE 'forgotten'" );
		$edit = null;
		try {
			$this->writeChange( 'Q1' );
			$this->announce();
			$this->runSomeJobs();
			$this->letTimePass( [ ...Farm::WIKIS, self::NOTE ] );
			$this->assertTold( Health::Stuck, 'open-gap', null );
			$this->assertSame( 'prepared', $this->api()['reasonparams']['holder'] );
			$this->assertStringContainsString(
				'XA COMMIT or XA ROLLBACK; KILL does not end it', $this->script( 'ExplainDispatch', 'dewiki' )
			);
		} finally {
			$this->farm->databases->connect( Farm::REPO )->exec( "XA ROLLBACK 'forgotten'" );
		}
		$this->dispatchAll();
		$this->assertTold( Health::Healthy, 'none', null );
	}

	private function dispatchOnce(): void {
		$this->farm->setSettings( [ 'gapGrace' => 1 ] );
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
	}

	/** As long as somebody waits there are more: this queue cannot delay them. */
	private function runSomeJobs(): void {
		$this->runJobs( Farm::REPO, '--maxjobs', '3' );
	}

	/** Begins a transaction that writes a change, and leaves it open. */
	private function insertInto( PDO $db ): int {
		$db->beginTransaction();
		$db->exec(
			'INSERT INTO wb_changes (change_type, change_time, change_object_id, change_revision_id, change_user_id,' .
			" change_info) VALUES ('wikibase-item~update', '20260131120000', 'Q1', 8, 5, '{}')"
		);
		return (int)$db->lastInsertId();
	}

	/** No retry mends that, so nobody waits to see whether it ends by itself. */
	public function test_g9_a_database_that_does_not_exist_is_told_at_once(): void {
		$this->farm->setGlobals( [ 'wgLocalDatabases' => [ 'gonewiki' ] ] );
		$this->farm->setSettings( [
			'localClientDatabases' => array_combine( Farm::WIKIS, Farm::WIKIS ) + [ 'gonewiki' => 'gonewiki' ],
			'gapGrace' => 0,
		] );
		$this->subscribe( 'Q1', 'enwiki', 'gonewiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$this->runJobs( Farm::REPO );
		$this->assertSame( [ $changeId, 0 ], [ $this->seen( 'enwiki' ), $this->seen( 'gonewiki' ) ] );
		$api = $this->api();
		$this->assertSame(
			[ 'stuck', 'misconfigured', 'gonewiki' ], [ $api['health'], $api['reason'], $api['reasonclient'] ]
		);
		$clients = array_column( $api['clients'], 'lasterror', 'siteid' );
		// No such database; or, to a user who may not know what there is, no access to it.
		$this->assertMatchesRegularExpression( '/ 10(44|49)$/', $clients['gonewiki'] );
	}
}
