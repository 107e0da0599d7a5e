<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Settings;

use MediaWiki\Extension\WikibaseDispatch\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;

/**
 * Where settings come from, and what the abilities of the job queue make of them.
 */
class WikiSettingsTest extends TestCase {

	public function test_what_is_missing_comes_from_wikibase(): void {
		$native = self::settings( [], [
			'siteGlobalID' => 'wikidatawiki',
			'localClientDatabases' => [ 'enwiki' => 'en_db' ],
		] )->forNative();
		$this->assertSame( 'wikidatawiki', $native['repoSiteId'] );
		$this->assertSame( [ 'enwiki' => 'en_db' ], $native['localClientDatabases'] );
	}

	public function test_our_own_settings_come_before_those_of_wikibase(): void {
		$native = self::settings(
			[ 'repoSiteId' => 'ours', 'localClientDatabases' => [ 'dewiki' ] ],
			[ 'siteGlobalID' => 'theirs', 'localClientDatabases' => [ 'enwiki' ] ]
		)->forNative();
		$this->assertSame( 'ours', $native['repoSiteId'] );
		$this->assertSame( [ 'dewiki' ], $native['localClientDatabases'] );
	}

	public function test_without_wikibase_the_repo_is_named_like_its_database(): void {
		$native = self::settings( [] )->forNative();
		$this->assertSame( 'repo_db', $native['repoSiteId'] );
		$this->assertSame( [], $native['localClientDatabases'] );
	}

	public function test_the_clients_of_wikibase_may_be_a_function(): void {
		$settings = self::settings( [], [ 'localClientDatabases' => static fn () => [ 'enwiki' ] ] );
		$this->assertSame( [ 'enwiki' ], $settings->forNative()['localClientDatabases'] );
	}

	public function test_a_repo_that_is_a_client_is_one_of_its_own_whether_it_is_listed_or_not(): void {
		$own = [ 'ownClient' => [ 'repowiki' => 'repo_db' ] ];
		$this->assertSame( [ 'repowiki' => 'repo_db' ], self::settings( [], $own )->clients() );
		$this->assertSame( 'repowiki', self::settings( [], $own )->onlyClient() );
		$this->assertSame(
			[ 'enwiki' => 'enwiki', 'repowiki' => 'repo_db' ],
			self::settings( [ 'localClientDatabases' => [ 'enwiki' ] ], $own )->forNative()['localClientDatabases']
		);
	}

	public function test_native_code_knows_the_clients_that_are_ours_or_watched_or_leave(): void {
		$settings = self::settings( [
			'localClientDatabases' => [ 'a', 'b', 'c', 'd' ],
			'rollout' => [ 'default' => 'off', 'a' => 'on', 'b' => 'shadow' ],
		] );
		$this->assertSame( [ 'a' => 'a', 'b' => 'b' ], $settings->forNative()['localClientDatabases'] );
		$this->assertSame( [ 'a', 'b', 'd' ], array_keys( $settings->forNative( [ 'd' ] )['localClientDatabases'] ) );
		$this->assertArrayNotHasKey( 'rollout', $settings->forNative() );
	}

	public function test_a_client_that_is_alone_with_us_is_not_the_only_one(): void {
		$this->assertNull( self::settings( [
			'localClientDatabases' => [ 'a', 'b' ], 'rollout' => [ 'b' => 'off' ],
		] )->onlyClient() );
		$this->assertNull( self::settings( [ 'localClientDatabases' => [ 'a' ], 'rollout' => 'off' ] )->onlyClient() );
	}

	public function test_each_client_can_have_its_format(): void {
		$native = self::settings( [
			'localClientDatabases' => [ 'a', 'b', 'c', 'd' ],
			'clientGroups' => [ 'old' => [ 'a', 'd' ] ],
			'rollout' => [ 'd' => 'off' ],
			'notificationFormat' => [ 'default' => 'entity-change', 'old' => 'change-ids' ],
		] )->forNative();
		$this->assertEquals(
			[ 'a' => 'change-ids', 'b' => 'entity-change', 'c' => 'entity-change' ],
			$native['notificationFormat']
		);
	}

	public function test_a_client_that_shares_the_settings_of_the_repo_is_none(): void {
		$settings = self::settings(
			[ 'localClientDatabases' => [ 'enwiki' ], 'rollout' => [ 'enwiki' => 'off' ] ],
			[ 'isClientOnly' => true ]
		);
		$this->assertFalse( $settings->isRepo() );
	}

	public function test_a_wiki_without_clients_is_no_repo(): void {
		$this->assertFalse( self::settings( [] )->isRepo() );
		$this->assertTrue( self::settings( [ 'localClientDatabases' => [ 'enwiki' ] ] )->isRepo() );
	}

	public function test_the_only_client_is_named_by_its_site_id(): void {
		$this->assertSame( 'enwiki', self::settings( [ 'localClientDatabases' => [ 'enwiki' ] ] )->onlyClient() );
		$this->assertSame( 'enwiki',
			self::settings( [ 'localClientDatabases' => [ 'enwiki' => 'en_db' ] ] )->onlyClient() );
		$this->assertNull( self::settings( [ 'localClientDatabases' => [ 'enwiki', 'dewiki' ] ] )->onlyClient() );
		$this->assertNull( self::settings( [] )->onlyClient() );
	}

	public function test_what_only_the_extension_uses_is_kept_from_native_code(): void {
		$settings = self::settings( [
			'dispatchMaxTime' => 30,
			'purgeCacheBatchSize' => 10,
			'siteGlobalID' => 'enwiki',
			'dispatchDefaultBatchSize' => 500,
		] );
		$native = $settings->forNative();
		$this->assertSame( 500, $native['dispatchDefaultBatchSize'] );
		$this->assertSame( [], array_intersect_key( $native, array_flip(
			[ 'dispatchMaxTime', 'purgeCacheBatchSize', 'siteGlobalID' ]
		) ) );
		$this->assertSame( 30, $settings->maxTime() );
	}

	public function test_a_name_that_nobody_knows_is_left_for_native_code_to_refuse(): void {
		$this->assertSame( 1, self::settings( [ 'dispatchMaxTyme' => 1 ] )->forNative()['dispatchMaxTyme'] );
	}

	public function test_a_wrong_value_is_refused_with_name_value_and_what_is_allowed(): void {
		$this->expectException( InvalidExtensionSettingException::class );
		$this->expectExceptionMessage( "['dispatchMaxTime'] is \"soon\", but must be a whole number of at least 1" );
		self::settings( [ 'dispatchMaxTime' => 'soon' ] )->maxTime();
	}

	public function test_the_lag_factor_is_a_number_of_at_least_0_and_off_unless_somebody_sets_it(): void {
		$this->assertSame( 0.0, self::settings( [] )->lagToMaxLagFactor() );
		$this->assertSame( 0.5, self::settings( [ 'dispatchLagToMaxLagFactor' => 0.5 ] )->lagToMaxLagFactor() );
		$this->assertSame( 60.0, self::settings( [], [ 'dispatchLagToMaxLagFactor' => 60 ] )->lagToMaxLagFactor() );
		$settings = self::settings( [ 'dispatchLagToMaxLagFactor' => -1 ] );
		$this->assertArrayNotHasKey( 'dispatchLagToMaxLagFactor', $settings->forNative() );
		$this->expectExceptionMessage( "['dispatchLagToMaxLagFactor'] is -1, but must be a number of at least 0" );
		$settings->lagToMaxLagFactor();
	}

	public function test_clients_rest_where_jobs_can_be_delayed(): void {
		$native = self::settings( [], [], new RecordingQueues( true ) )->forNative();
		$this->assertSame( 60, $native['dispatchDefaultDispatchInterval'] );
		$this->assertSame( 3, $native['triggerMaxDelay'] );
	}

	public function test_clients_do_not_rest_where_jobs_cannot_be_delayed(): void {
		$logger = new RecordingLogger();
		$native = self::settings( [], [], new RecordingQueues( false ), $logger )->forNative();
		$this->assertSame( 0, $native['dispatchDefaultDispatchInterval'] );
		$this->assertSame( 0, $native['triggerMaxDelay'] );
		$this->assertSame( [], $logger->records );
	}

	public function test_configured_delays_that_the_queue_cannot_keep_are_replaced_with_one_warning(): void {
		$logger = new RecordingLogger();
		$settings = self::settings(
			[ 'dispatchDefaultDispatchInterval' => 25, 'triggerMaxDelay' => 3 ],
			[],
			new RecordingQueues( false ),
			$logger
		);
		$settings->forNative();
		$native = $settings->forNative();
		$this->assertSame( 0, $native['dispatchDefaultDispatchInterval'] );
		$this->assertSame( 0, $native['triggerMaxDelay'] );
		$this->assertCount( 1, $logger->contexts( 'warning' ) );
		$this->assertSame( [ 'dispatchDefaultDispatchInterval' => 25, 'triggerMaxDelay' => 3 ],
			$logger->contexts( 'warning' )[0]['configured'] );
	}

	public function test_configured_delays_are_kept_where_the_queue_can(): void {
		$native = self::settings(
			[ 'dispatchDefaultDispatchInterval' => 25, 'triggerMaxDelay' => 0 ],
			[],
			new RecordingQueues( true )
		)->forNative();
		$this->assertSame( 25, $native['dispatchDefaultDispatchInterval'] );
		$this->assertSame( 0, $native['triggerMaxDelay'] );
	}

	public function test_the_strategy_is_one_of_three_and_auto_if_not_said(): void {
		$this->assertSame( 'auto', self::settings( [] )->dispatchStrategy() );
		$jobs = self::settings( [ 'dispatchStrategy' => 'jobs' ] );
		$this->assertSame( 'jobs', $jobs->dispatchStrategy() );
		$this->assertArrayNotHasKey( 'dispatchStrategy', $jobs->forNative() );
		$this->expectExceptionMessage( 'is "many", but must be "auto", "inline" or "jobs"' );
		self::settings( [ 'dispatchStrategy' => 'many' ] )->dispatchStrategy();
	}

	private static function settings(
		array $configured,
		array $wikibase = [],
		?RecordingQueues $queues = null,
		?RecordingLogger $logger = null
	): WikiSettings {
		return new WikiSettings(
			$configured, $wikibase, 'repo_db', $queues ?? new RecordingQueues(), $logger ?? new RecordingLogger()
		);
	}
}
