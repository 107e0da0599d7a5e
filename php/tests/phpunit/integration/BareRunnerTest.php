<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * A job runner, or an admin, on a host without the compiled module, or with another version of it: what takes the
 * module is left to other hosts, and a runner that asks for it is told why.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\WithheldQueue
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\RefusedJob
 */
class BareRunnerTest extends BareHostTestCase {

	/**
	 * @dataProvider provideArguments
	 */
	public function test_g1_a_runner_says_why_it_leaves_a_trigger_and_another_runs_it( string ...$arguments ): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		for ( $i = 0; $i < 4; $i++ ) {
			$result = $this->farm->maintenanceWithoutModule( Farm::REPO, 'runJobs', ...$arguments );
			$this->assertStringContainsString( self::SENTENCE, $result->output );
			$this->assertSame( [ 0 ], $this->attempts( Farm::REPO, 'wikibase-dispatch-trigger' ), 'it is not claimed' );
		}
		$this->assertStringContainsString( self::SENTENCE, $this->farm->log() );
		$this->runJobs( Farm::REPO );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
	}

	public static function provideArguments(): array {
		return [ 'of any job' => [], 'of this type' => [ '--type', 'wikibase-dispatch-trigger' ] ];
	}

	public function test_g16_a_clients_notifications_wait_for_a_runner_that_can_handle_them(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		for ( $i = 0; $i < 4; $i++ ) {
			$result = $this->farm->maintenanceWithoutModule( 'enwiki', 'runJobs' );
			$this->assertStringContainsString( self::SENTENCE, $result->output );
		}
		$this->assertSame( [ 0 ], $this->attempts( 'enwiki', 'DispatchNotification' ) );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'Berlin' ], array_column( $this->recentChanges( 'enwiki' ), 'rc_title' ) );
	}

	public function test_other_jobs_are_run_and_nothing_is_said_where_none_takes_the_module(): void {
		$this->farm->databases->clear( Farm::REPO, [ 'job' ] );
		$this->queueJob( Farm::REPO, 'null', [ 'lives' => 0 ] );
		$result = $this->farm->maintenanceWithoutModule( Farm::REPO, 'runJobs' );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertStringNotContainsString( 'wikibase_dispatch', $result->output );
		$this->queueJob( Farm::REPO, 'null', [ 'lives' => 0 ] );
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-prune', [] );
		$this->farm->maintenanceWithoutModule( Farm::REPO, 'runJobs' );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'null' ) );
		$this->assertSame( [ 0 ], $this->attempts( Farm::REPO, 'wikibase-dispatch-prune' ) );
	}

	public function test_jobs_that_wait_can_be_listed(): void {
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$result = $this->farm->maintenanceWithoutModule( Farm::REPO, 'showJobs', '--list' );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertStringContainsString( 'wikibase-dispatch-trigger', $result->output );
		$this->assertSame( 1, preg_match( '/wikibase-dispatch-trigger: 1 queued/',
			$this->farm->maintenanceWithoutModule( Farm::REPO, 'showJobs', '--group' )->output ) );
	}

	public function test_a_runner_with_another_version_leaves_them_too(): void {
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$this->farm->setExtensionVersion( '98.0.0' );
		$result = $this->farm->maintenance( Farm::REPO, 'runJobs' );
		$this->assertStringContainsString( 'WikibaseDispatch 98.0.0 cannot work with version 0.', $result->output );
		$this->assertStringContainsString( 'Install both in the same version on this host', $result->output );
		$this->assertSame( [ 0 ], $this->attempts( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public function test_scripts_say_why_they_cannot_be_run_there(): void {
		$folder = dirname( __DIR__, 3 ) . '/maintenance';
		$scripts = [
			'ShowStatus' => [ 3, [] ], 'ExplainDispatch' => [ 1, [ 'enwiki' ] ], 'CatchUp' => [ 1, [] ],
			'DisableClient' => [ 1, [ 'enwiki' ] ], 'RebuildSubscriptions' => [ 1, [] ],
		];
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
		foreach ( $scripts as $script => [ $status, $arguments ] ) {
			$result = $this->farm->maintenanceWithoutModule( Farm::REPO, "$folder/$script.php", ...$arguments );
			$this->assertStringContainsString( self::SENTENCE, $result->output, $script );
			$this->assertStringNotContainsString( '#0', $result->output, $script );
			$this->assertSame( $status, $result->status, $script );
		}
	}
}
