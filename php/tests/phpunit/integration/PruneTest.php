<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use MediaWiki\MediaWikiServices;

/**
 * What is deleted from the change buffer by jobs, and who schedules them (G8).
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\PruneChangesJob
 */
class PruneTest extends FarmTestCase {

	private const AT_ONCE = [ 'pruneGraceSeconds' => 0 ];

	public function test_g8_what_every_client_has_seen_is_deleted(): void {
		$this->farm->setSettings( self::AT_ONCE );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->prune();
		$this->assertSame( 0, $this->changes(), $this->farm->log() );
		$this->assertSame( 2, $this->seen( 'enwiki' ) );
	}

	public function test_g8_nothing_is_deleted_that_was_seen_just_now(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->prune();
		$this->assertSame( 1, $this->changes() );
	}

	public function test_g8_a_client_that_is_behind_holds_back_and_a_disabled_one_does_not(): void {
		$this->farm->setSettings( self::AT_ONCE );
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		$db = $this->farm->database( Farm::REPO );
		$set = static fn ( string $what ) => $db->exec( "UPDATE wb_changes_dispatch SET $what" );
		$set( "chd_seen = 1 WHERE chd_site <> 'enwiki'" );
		$this->prune();
		$this->assertSame( 1, $this->changes() );
		$set( "chd_disabled = 1 WHERE chd_site = 'enwiki'" );
		$this->prune();
		$this->assertSame( 0, $this->changes() );
	}

	public function test_a_trigger_schedules_pruning_when_it_is_due_and_only_once(): void {
		for ( $i = 0; $i < 2; $i++ ) {
			$this->writeChange( 'Q1' );
			$this->announce();
			$this->runJobs( Farm::REPO, '--type', 'wikibase-dispatch-trigger' );
			$this->assertSame( [ [] ], $this->pruneJobs(), 'at most one waits' );
		}
		$this->runJobs( Farm::REPO );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO, '--type', 'wikibase-dispatch-trigger' );
		$this->assertSame( [], $this->pruneJobs(), 'it was pruned a moment ago' );
	}

	public function test_pruning_is_scheduled_where_there_is_one_client_and_no_trigger(): void {
		$onlyClient = self::AT_ONCE + [ 'localClientDatabases' => [ Farm::REPO => Farm::REPO ] ];
		$this->farm->setSettings( $onlyClient );
		$this->subscribe( 'Q1', Farm::REPO );
		$this->writeChange( 'Q1' );
		$this->edits( $this->settings( $onlyClient ) )->changesWritten();
		$this->runJobs( Farm::REPO );
		$this->assertSame( 0, $this->changes(), $this->farm->log() );
	}

	public function test_a_client_that_is_not_configured_any_more_is_reported_and_not_waited_for(): void {
		$this->farm->setSettings( self::AT_ONCE );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->farm->database( Farm::REPO )->exec(
			'INSERT INTO wb_changes_dispatch (chd_site, chd_db, chd_seen, chd_touched, chd_disabled)' .
			" VALUES ('gonewiki', 'gonewiki', 0, '20200101000000', 0)"
		);
		$this->prune();
		$this->assertSame( 0, $this->changes() );
		$this->assertStringContainsString( 'clients have a dispatch state and are not configured', $this->farm->log() );
	}

	public function test_pruning_does_not_wait_for_a_transaction_of_our_own(): void {
		$services = MediaWikiServices::getInstance();
		$db = $services->getDBLoadBalancer()->getConnection( DB_PRIMARY );
		$db->setFlag( DBO_TRX );
		try {
			$db->newSelectQueryBuilder()->select( 'page_id' )->from( 'page' )->caller( __METHOD__ )->fetchField();
			$start = microtime( true );
			$this->interpreter()->run( $this->dispatcher()->prune() );
			$this->assertLessThan( 5.0, microtime( true ) - $start );
		} finally {
			$services->getDBLoadBalancerFactory()->rollbackPrimaryChanges( __METHOD__ );
			$db->clearFlag( DBO_TRX );
		}
	}

	private function prune(): void {
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-prune', [] );
		$this->runJobs( Farm::REPO, '--type', 'wikibase-dispatch-prune' );
	}

	private function pruneJobs(): array {
		return array_map(
			static fn ( array $params ) => array_diff_key( $params, [ 'requestId' => true ] ),
			$this->jobs( Farm::REPO, 'wikibase-dispatch-prune' )
		);
	}

	private function changes(): int {
		return (int)$this->farm->database( Farm::REPO )->query( 'SELECT COUNT(*) FROM wb_changes' )->fetchColumn();
	}
}
