<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell\Scripts;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

/**
 * Site ids that are no usual names: digits, which PHP makes integers where they are keys of an array; and long ones.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientDatabases
 */
class SiteIdTest extends FarmTestCase {

	use Scripts;

	/** The longest that MediaWiki has room for. */
	private const LONGEST = 'digital_cultural_heritage_registry_of_the_federal_archives__wiki';

	/**
	 * @dataProvider provideSites
	 */
	public function test_every_setting_that_names_sites_takes_it( string $site ): void {
		$this->subscribe( 'Q1', $site, 'dewiki' );
		$this->farm->databases->mark( Farm::REPO, [ $site ] );
		$clients = [ 'gapGrace' => 0, 'localClientDatabases' => [ $site => 'enwiki', 'dewiki' => 'dewiki' ] ];
		$groups = [ 'clientGroups' => [ 'few' => [ $site ], 'rest' => 'everything except few' ] ];
		$this->dispatchWith( [ 'rollout' => 'off' ] + $clients );
		foreach ( [ [ $site => 'shadow' ], [ 'few' => 'shadow', 'rest' => 'on' ] ] as $rollout ) {
			$this->dispatchWith( [ 'rollout' => $rollout ] + $groups + $clients );
			$this->assertStringContainsString( 'shadow', $this->script( 'ShowRollout' ) );
		}
		$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ) );

		foreach ( [ [ $site => 'on', 'rest' => 'off' ], 'on' ] as $rollout ) {
			$changeId = $this->dispatchWith( [ 'rollout' => $rollout ] + $groups + $clients );
			$this->assertSame( $changeId, $this->seen( $site ) );
		}
		$this->assertCount( 2, $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->dispatchWith( [ 'notificationFormat' => [ $site => 'entity-change' ] ] + $clients );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'EntityChangeNotification' ) );

		// Back to Wikibase: it leaves, and then it has left.
		$this->dispatchWith( [ 'rollout' => [ $site => 'off', 'default' => 'on' ] ] + $clients );
		$this->dispatchWith( [ 'rollout' => [ 'few' => 'off', 'default' => 'on' ] ] + $groups + $clients );
		$this->assertNull(
			WikibaseDispatchServices::rolloutStore( MediaWikiServices::getInstance() )->load()->of( $site )
		);
		$this->assertStringNotContainsString( 'failed', $this->farm->log() );
	}

	/**
	 * @dataProvider provideSites
	 */
	public function test_every_script_and_strategy_takes_it( string $site ): void {
		$this->subscribe( 'Q1', $site );
		foreach ( [ 'inline', 'jobs' ] as $strategy ) {
			$settings = [ 'dispatchStrategy' => $strategy, 'localClientDatabases' => [ $site => 'enwiki', 'dewiki' ] ];
			$this->assertSame( $this->dispatchWith( $settings ), $this->seen( $site ) );
		}
		$this->assertStringContainsString( $site, $this->script( 'ShowStatus' ) );
		$this->assertStringContainsString(
			'No changes are waiting for it.', $this->script( 'ExplainDispatch', $site )
		);
		$this->script( 'DisableClient', $site );
		$changeId = $this->writeChange( 'Q1' );
		$this->script( 'EnableClient', $site, '--after', (string)( $changeId - 1 ) );
		$this->script( 'CatchUp', $site );
		$this->assertSame( $changeId, $this->seen( $site ) );
		$this->script( 'SeekClient', $site, (string)( $changeId - 1 ) );
		$this->assertSame( $changeId - 1, $this->seen( $site ) );
		$this->assertStringContainsString(
			"$site (subscribed to ", $this->script( 'ExplainDispatch', $site, '--change', (string)$changeId )
		);
		// The only client is served without a trigger.
		$alone = [ 'localClientDatabases' => [ $site => 'enwiki' ] ];
		$this->assertSame( $this->dispatchWith( $alone ), $this->seen( $site ) );
		$this->assertStringNotContainsString( 'failed', $this->farm->log() );
	}

	public static function provideSites(): iterable {
		yield 'digits' => [ '123' ];
		yield 'as long as can be' => [ self::LONGEST ];
	}

	public function test_entries_with_and_without_keys_are_all_served(): void {
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$changeId = $this->dispatchWith( [
			'localClientDatabases' => [ 'enwiki', 'dewiki', 'repowiki' => 'repowiki' ], 'gapGrace' => 0,
		] );
		foreach ( Farm::WIKIS as $wiki ) {
			$this->assertSame( $changeId, $this->seen( $wiki ) );
		}
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->assertCount( 1, $this->jobs( 'dewiki', 'DispatchNotification' ) );
		$this->assertNull( $this->seen( '0' ) );
	}

	private function dispatchWith( array $settings ): int {
		$this->farm->setSettings( $settings );
		$changeId = $this->writeChange( 'Q1' );
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$this->runJobs( Farm::REPO );
		return $changeId;
	}
}
