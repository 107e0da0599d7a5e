<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * One client that cannot be served as it is configured: the others are, and everybody who looks is told which, and why.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus
 */
class RefusedClientTest extends StatusTestCase {

	/**
	 * @dataProvider provideEntries
	 */
	public function test_g9_a_client_that_cannot_be_served_is_refused_by_name_and_the_others_are_served(
		array $entry, string $name, string $why
	): void {
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->farm->setSettings( [
			'localClientDatabases' => array_combine( Farm::WIKIS, Farm::WIKIS ) + $entry,
			'gapGrace' => 0, 'pruneGraceSeconds' => 0, 'pruneKeepSeconds' => 0,
		] );
		$changeId = $this->writeChange( 'Q1' );
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$this->runJobs( Farm::REPO );
		foreach ( Farm::WIKIS as $wiki ) {
			$this->assertSame( $changeId, $this->seen( $wiki ) );
		}
		$log = $this->farm->log();
		$this->assertStringContainsString( "the client $name cannot be served: $why", $log );

		$page = self::$web->page( 'Special:DispatchStatus' );
		$this->assertStringContainsString( 'data-reason="client-refused"', $page );
		$this->assertStringContainsString( $name, $page );
		$api = $this->api();
		$this->assertSame(
			[ 'stuck', 'client-refused', $name ], [ $api['health'], $api['reason'], $api['reasonclient'] ]
		);
		$this->assertSame( [ $name, 'refused', $why ], [
			$api['clients'][0]['siteid'], $api['clients'][0]['condition'], $api['clients'][0]['lasterror'],
		] );
		$this->assertStringContainsString( 'wikibase_dispatch_reason{reason="client-refused"} 1', $this->metrics() );
		$this->assertStringContainsString( 'wikibase_dispatch_clients{condition="refused"} 1', $this->metrics() );
		$shell = $this->scriptEnding( 2, 'ShowStatus' );
		$this->assertStringContainsString(
			"Stuck (client-refused): $name cannot be served because of a configuration error: $why.", $shell
		);
		$this->assertStringContainsString( $why, $this->script( 'ExplainDispatch', $name ) );

		$this->queueJob( Farm::REPO, 'wikibase-dispatch-prune', [] );
		$this->runJobs( Farm::REPO );
		$this->assertSame( 1, (int)$this->farm->database( Farm::REPO )
			->query( 'SELECT COUNT(*) FROM wb_changes' )->fetchColumn(), 'it is kept for the client that is refused' );
	}

	public static function provideEntries(): iterable {
		$long = str_repeat( 'x', 65 );
		yield 'too long' => [ [ $long => 'somewiki' ], $long, 'its site id has 65 bytes, and at most 64 are possible' ];
		yield 'no database' => [ [ 'frwiki' => '' ], 'frwiki', 'it has no database' ];
	}

	public function test_what_was_refused_is_served_with_what_was_kept_when_it_is_corrected(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->farm->setSettings( [ 'localClientDatabases' => [ 'dewiki', 'enwiki' => '' ], 'gapGrace' => 0 ] );
		$changeId = $this->writeChange( 'Q1' );
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$this->runJobs( Farm::REPO );
		$this->farm->setSettings( [ 'localClientDatabases' => [ 'dewiki', 'enwiki' ], 'gapGrace' => 0 ] );
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$this->runJobs( Farm::REPO );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}
}
