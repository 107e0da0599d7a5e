<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * A host that only answers requests needs no compiled module; nor does it matter which version it has.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\Module
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\LookoutGate
 */
class BareWebServerTest extends BareHostTestCase {

	/** Some page. */
	private const PAGE_NAME = 'Special:RecentChanges';

	private const STATUS_PAGE = 'Special:DispatchStatus';
	private const STATUS = [ 'action' => 'query', 'meta' => 'dispatchstatus' ];

	public function test_g1_an_edit_there_is_delivered_by_a_runner_elsewhere(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$web = $this->bareWeb( Farm::REPO );
		$this->edit( $web, 'Q1', 'one' );
		$this->assertSame( [ 0 ], $this->attempts( Farm::REPO, 'wikibase-dispatch-trigger' ), $this->farm->log() );
		$this->edit( $web, 'Q1', 'two' );
		$this->assertSame( [ 0 ], $this->attempts( Farm::REPO, 'wikibase-dispatch-trigger' ), 'the queue keeps one' );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'DispatchChanges' ), 'Wikibase serves nobody' );
		$this->runJobs( Farm::REPO );
		$this->assertSame( $this->lastChange(), $this->seen( 'enwiki' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public function test_g1_where_there_is_a_single_client_a_trigger_will_do(): void {
		$this->farm->setSettings( [ 'localClientDatabases' => [ 'enwiki' => 'enwiki' ] ] );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->edit( $this->bareWeb( Farm::REPO ), 'Q1', 'one' );
		$this->runJobs( Farm::REPO );
		$this->assertSame( $this->lastChange(), $this->seen( 'enwiki' ) );
	}

	/**
	 * @dataProvider provideRollouts
	 */
	public function test_g1_wikibases_job_is_pushed_where_some_client_is_wikibases(
		mixed $rollout, int $wikibases, int $triggers
	): void {
		$this->farm->setSettings( [ 'rollout' => $rollout ] );
		$this->edit( $this->bareWeb( Farm::REPO ), 'Q1', 'one' );
		$this->assertCount( $wikibases, $this->jobs( Farm::REPO, 'DispatchChanges' ) );
		$this->assertCount( $triggers, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public static function provideRollouts(): array {
		return [
			'all are ours' => [ 'on', 0, 1 ],
			'one is ours' => [ [ 'default' => 'off', 'enwiki' => 'on' ], 1, 1 ],
			'all are watched' => [ 'shadow', 1, 1 ],
		];
	}

	public function test_requests_are_answered(): void {
		$this->farm->setSettings( [ 'dispatchLagToMaxLagFactor' => 1 ] );
		$this->writeChange( 'Q1' );
		$this->initialise();
		$web = $this->bareWeb( Farm::REPO );
		foreach ( [ 'Main_Page', 'Special:Version', 'Special:SpecialPages', 'Special:AllPages' ] as $page ) {
			$headers = null;
			$web->get( "/index.php?redirect=no&title=$page", $headers );
			$this->assertStringContainsString( ' 200 ', $headers[0], $page );
		}
		$info = [ 'action' => 'query', 'meta' => 'siteinfo', 'siprop' => 'general|statistics', 'maxlag' => 1 ];
		$answer = $web->api( $info );
		$this->assertArrayHasKey( 'pages', $answer['query']['statistics'] ?? [], json_encode( $answer ) );
		$this->assertArrayNotHasKey( 'dispatch', $answer['query']['statistics'] );
		$this->assertStringNotContainsString( 'rror', $this->farm->log() );
	}

	public function test_the_status_page_says_that_there_is_no_module_and_where_to_look(): void {
		$web = $this->bareWeb( Farm::REPO );
		$page = $web->page( self::STATUS_PAGE );
		$this->assertStringContainsString( '<code>wikibase_dispatch</code> is not loaded on this host', $page );
		$this->assertStringContainsString( 'ShowStatus.php', $page );
		$this->assertStringContainsString( self::STATUS_PAGE, $web->page( 'Special:SpecialPages' ) );
		$this->assertSame( 'nomodule', $web->api( self::STATUS )['error']['code'] );
		$headers = null;
		$this->assertStringContainsString(
			'no-module', $web->get( '/rest.php/wikibase-dispatch/v0/metrics', $headers )
		);
		$this->assertStringContainsString( ' 503 ', $headers[0] );
	}

	public function test_a_host_with_another_version_works_and_says_which(): void {
		$this->farm->setExtensionVersion( '99.0.0' );
		$this->subscribe( 'Q1', 'enwiki' );
		$web = $this->equippedWeb( Farm::REPO );
		$this->edit( $web, 'Q1', 'one' );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$page = $web->page( self::STATUS_PAGE );
		$this->assertStringContainsString( 'This host has version ' . phpversion( 'wikibase_dispatch' ), $page );
		$this->assertStringContainsString( 'needs version 99.0', $page );
		$this->assertSame( 'othermodule', $web->api( self::STATUS )['error']['code'] );
	}

	public function test_g1_one_request_in_a_minute_asks_for_a_trigger(): void {
		$web = $this->bareWeb( Farm::REPO );
		$web->page( self::PAGE_NAME );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->farm->databases->clear( Farm::REPO, [ 'job' ] );
		$web->page( self::PAGE_NAME );
		$web->api( [ 'action' => 'query' ] );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public function test_a_request_to_a_client_asks_for_none(): void {
		$this->bareWeb( 'enwiki' )->page( self::PAGE_NAME );
		$this->assertSame( [], $this->jobs( 'enwiki', 'wikibase-dispatch-trigger' ) );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public function test_jobs_that_it_runs_after_requests_are_others(): void {
		$this->setGlobals( [ 'wgJobRunRate' => 10, 'wgRunJobsAsync' => false ] );
		$this->queueJob( Farm::REPO, 'null', [ 'lives' => 0 ] );
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$web = $this->bareWeb( Farm::REPO );
		$web->page( self::PAGE_NAME );
		$web->page( self::PAGE_NAME );
		$log = $this->farm->log();
		$this->assertMatchesRegularExpression( '/ null .* STARTING/', $log, 'it does run jobs' );
		$this->assertDoesNotMatchRegularExpression( '/ wikibase-dispatch-trigger .* STARTING/', $log );
		$this->assertStringNotContainsString( self::SENTENCE, $log );
		$attempts = $this->attempts( Farm::REPO, 'wikibase-dispatch-trigger' );
		$this->assertSame( [ 0, 0 ], $attempts, 'and that of the lookout' );
	}

	public function test_a_client_subscribes_to_what_pages_that_are_saved_there_use(): void {
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
		$web = $this->bareWeb( 'enwiki' );
		$this->edit( $web, 'Berlin', '<uses>Q1#L.en Q2#S</uses>' );
		$this->assertSame( [ 'Q1', 'Q2' ], $this->subscriptions( 'enwiki' ), $this->farm->log() );
		$this->edit( $web, 'Berlin', '<uses>Q1#L.en</uses>' );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'Q1' ], $this->subscriptions( 'enwiki' ) );
	}
}
