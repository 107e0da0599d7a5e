<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Settings;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;

/**
 * Where settings come from, and what the abilities of the job queue make of them.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings
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
		$this->assertSame( [ 'dewiki' => 'dewiki' ], $native['localClientDatabases'] );
	}

	public function test_without_wikibase_the_repo_is_named_like_its_database(): void {
		$native = self::settings( [] )->forNative();
		$this->assertSame( 'repo_db', $native['repoSiteId'] );
		$this->assertSame( [], $native['localClientDatabases'] );
	}

	public function test_the_clients_of_wikibase_may_be_a_function(): void {
		$settings = self::settings( [], [ 'localClientDatabases' => static fn () => [ 'enwiki' ] ] );
		$this->assertSame( [ 'enwiki' => 'enwiki' ], $settings->forNative()['localClientDatabases'] );
	}

	public function test_a_repo_that_is_a_client_is_one_of_its_own_whether_it_is_listed_or_not(): void {
		$own = [ 'ownClient' => [ 'repowiki' => 'repo_db' ] ];
		$this->assertSame( [ 'repowiki' => 'repo_db' ], self::settings( [], $own )->clients() );
		$this->assertSame(
			[ 'enwiki' => 'enwiki', 'repowiki' => 'repo_db' ],
			self::settings( [ 'localClientDatabases' => [ 'enwiki' ] ], $own )->forNative()['localClientDatabases']
		);
	}

	public function test_native_code_knows_all_clients_and_whose_each_is_to_be(): void {
		$settings = self::settings( [
			'localClientDatabases' => [ 'a', 'b', 'c', 'd' ],
			'rollout' => [ 'default' => 'off', 'a' => 'on', 'b' => 'shadow' ],
		] );
		$this->assertSame( [ 'a', 'b', 'c', 'd' ], array_keys( $settings->forNative()['localClientDatabases'] ) );
		$rollout = [ 'a' => 'on', 'b' => 'shadow', 'c' => 'off', 'd' => 'off' ];
		$this->assertSame( $rollout, $settings->forNative()['rollout'] );
		$this->assertSame( $rollout, $settings->forGate()['rollout'], 'a client that is alone with us has no trigger' );
	}

	public function test_each_client_can_have_its_format(): void {
		$native = self::settings( [
			'localClientDatabases' => [ 'a', 'b', 'c', 'd' ],
			'clientGroups' => [ 'old' => [ 'a', 'd' ] ],
			'rollout' => [ 'd' => 'off' ],
			'notificationFormat' => [ 'default' => 'entity-change', 'old' => 'change-ids' ],
		] )->forNative();
		$this->assertEquals(
			[ 'a' => 'change-ids', 'b' => 'entity-change', 'c' => 'entity-change', 'd' => 'change-ids' ],
			$native['notificationFormat']
		);
	}

	public function test_the_format_that_nobody_configured_depends_on_what_is_known_of_the_versions(): void {
		$formats = static fn ( array $configured ) => ( new WikiSettings(
			$configured + [ 'localClientDatabases' => [ 'a', 'b' ] ], [], 'repo_db', new RecordingQueues(),
			new NullLogger(), static fn () => WikiSettings::ENTITY_CHANGE
		) )->forNative()['notificationFormat'];
		$this->assertSame( 'entity-change', $formats( [] ) );
		$this->assertSame( 'native', $formats( [ 'notificationFormat' => 'native' ] ) );
		$this->assertEquals(
			[ 'a' => 'native', 'b' => 'entity-change' ], $formats( [ 'notificationFormat' => [ 'a' => 'native' ] ] )
		);
		$this->assertSame(
			'native', self::settings( [ 'localClientDatabases' => [ 'a' ] ] )->forNative()['notificationFormat']
		);
	}

	public function test_who_only_announces_changes_needs_no_format(): void {
		$settings = new WikiSettings(
			[ 'localClientDatabases' => [ 'a' ] ], [], 'repo_db', new RecordingQueues(), new NullLogger(),
			fn () => $this->fail( 'it was asked for' )
		);
		$this->assertArrayNotHasKey( 'notificationFormat', $settings->forGate() );
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

	public function test_what_only_the_extension_uses_is_kept_from_native_code(): void {
		$settings = self::settings( [
			'purgeCacheBatchSize' => 10,
			'siteGlobalID' => 'enwiki',
			'dispatchDefaultBatchSize' => 500,
		] );
		$native = $settings->forNative();
		$this->assertSame( 500, $native['dispatchDefaultBatchSize'] );
		$this->assertSame( [], array_intersect_key( $native, array_flip(
			[ 'purgeCacheBatchSize', 'siteGlobalID' ]
		) ) );
	}

	public function test_jobs_of_the_repo_and_of_a_client_have_the_same_time(): void {
		$settings = self::settings( [ 'dispatchMaxTime' => 30 ] );
		$this->assertSame( [ 30, 30 ], [ $settings->maxTime(), $settings->forNative()['dispatchMaxTime'] ] );
		$this->assertSame( 60, self::settings( [] )->maxTime() );
	}

	public function test_what_only_native_code_uses_is_passed_to_it(): void {
		$configured = [ 'gapGrace' => 5, 'longestTransaction' => 120, 'dispatchStrategy' => 'poll' ];
		$native = self::settings( $configured )->forNative();
		$this->assertSame( $configured, array_intersect_key( $native, $configured ) );
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

	public function test_nobody_rests_unless_somebody_sets_it_whatever_the_queue_can(): void {
		foreach ( [ true, false ] as $canDelay ) {
			$logger = new RecordingLogger();
			$native = self::settings( [], [], new RecordingQueues( $canDelay ), $logger )->forNative();
			$this->assertArrayNotHasKey( 'dispatchDefaultDispatchInterval', $native );
			$this->assertArrayNotHasKey( 'triggerMaxDelay', $native );
			$this->assertSame( [], $logger->records );
		}
	}

	public function test_configured_delays_that_the_queue_cannot_keep_are_replaced_with_one_warning(): void {
		$logger = new RecordingLogger();
		$settings = self::settings(
			[ 'dispatchDefaultDispatchInterval' => 25, 'triggerMaxDelay' => 3, 'triggerEveryChanges' => 100 ],
			[],
			new RecordingQueues( false ),
			$logger
		);
		$settings->forNative();
		$native = $settings->forNative();
		$this->assertSame( 0, $native['dispatchDefaultDispatchInterval'] );
		$this->assertSame( 0, $native['triggerMaxDelay'] );
		$this->assertCount( 1, $logger->contexts( 'warning' ) );
		$without = [ 'dispatchDefaultDispatchInterval' => 25, 'triggerMaxDelay' => 3, 'triggerEveryChanges' => 100 ];
		$this->assertSame( $without, $logger->contexts( 'warning' )[0]['configured'] );
		$this->assertSame( $without, $settings->withoutEffect(), 'and the status says so' );
	}

	public function test_what_nobody_has_set_is_not_without_effect(): void {
		$this->assertSame( [], self::settings( [], [], new RecordingQueues( false ) )->withoutEffect() );
		$set = [ 'triggerMaxDelay' => 0, 'triggerEveryChanges' => 7 ];
		$this->assertSame( [], self::settings( $set, [], new RecordingQueues( true ) )->withoutEffect() );
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

	public function test_native_code_knows_what_the_queue_can_delay(): void {
		$can = static fn ( bool $canDelay ) =>
			self::settings( [], [], new RecordingQueues( $canDelay ) )->forGate()['canDelay'];
		$this->assertSame( [ 'wikibase-dispatch-trigger', 'wikibase-dispatch-client' ], $can( true ) );
		$this->assertSame( [], $can( false ) );
	}

	public function test_every_setting_that_names_sites_takes_a_site_id_of_digits(): void {
		$clients = [ '123' => 'svwiki', 'enwiki' => 'enwiki' ];
		foreach ( [ [ '123' => 'off' ], [ 'few' => 'off' ], [ 'everything except enwiki' => 'off' ] ] as $rollout ) {
			$settings = self::settings( [
				'localClientDatabases' => $clients,
				'clientGroups' => [ 'few' => [ '123' ], '77' => [ 123 ], 'rest' => 'everything except few' ],
				'rollout' => $rollout,
			] );
			$this->assertSame( [ 'enwiki' ], $settings->rollout()->clientsIn( RolloutState::On ) );
			$this->assertSame( [ '123' ], $settings->rollout()->clientsIn( RolloutState::Off ) );
			$this->assertSame( [ '123', 'enwiki' ], $settings->rollout()->clients() );
			$this->assertSame( $clients, $settings->forNative()['localClientDatabases'] );
			$this->assertSame( [ '123' => 'off', 'enwiki' => 'on' ], $settings->forNative()['rollout'] );
		}
		foreach ( [ '123', 'few', '77', 'everything except enwiki' ] as $named ) {
			$native = self::settings( [
				'localClientDatabases' => $clients,
				'clientGroups' => [ 'few' => [ '123' ], '77' => [ 123 ] ],
				'notificationFormat' => [ $named => 'change-ids' ],
			] )->forNative();
			$this->assertEquals( [ '123' => 'change-ids', 'enwiki' => 'native' ], $native['notificationFormat'] );
		}
		$this->assertSame( '123', self::settings( [ 'repoSiteId' => 123 ] )->repoSiteId() );
	}

	public function test_a_client_that_is_refused_is_none_and_may_be_named_by_other_settings_all_the_same(): void {
		$long = str_repeat( 'x', 65 );
		$logger = new RecordingLogger();
		$configured = [
			'localClientDatabases' => [ 'enwiki', $long ],
			'clientGroups' => [ 'some' => [ $long ] ],
			'notificationFormat' => [ $long => 'change-ids' ],
		];
		$settings = self::settings( [ 'rollout' => [ 'some' => 'on' ] ] + $configured, [], null, $logger );
		$this->assertSame( [ 'enwiki' => 'enwiki' ], $settings->clients() );
		$this->assertSame( [ 'enwiki' ], $settings->rollout()->clients() );
		$this->assertSame( [ $long ], array_keys( $settings->refusedClients() ) );
		$native = $settings->forNative();
		$settings->forNative();
		$this->assertSame( [ $long ], $native['refusedClients'] );
		$this->assertSame( [ 'enwiki' => 'enwiki' ], $native['localClientDatabases'] );
		$this->assertSame( [ 'enwiki' => 'native' ], $native['notificationFormat'] );
		$this->assertSame( [ $long ], array_column( $logger->contexts( 'error' ), 'client' ) );
		$off = self::settings( [ 'rollout' => [ 'some' => 'off' ] ] + $configured );
		$this->assertSame( [], $off->refusedClients(), 'it is Wikibase\'s' );
	}

	public function test_links_are_addresses_of_the_web_and_none_of_native_codes_business(): void {
		$settings = self::settings( [ 'runbookUrl' => 'https://example.org/runbook?a=b#c' ] );
		$this->assertSame( 'https://example.org/runbook?a=b#c', $settings->runbookUrl() );
		$this->assertNull( $settings->dashboardUrl() );
		$this->assertArrayNotHasKey( 'runbookUrl', $settings->forNative() );
	}

	/**
	 * @dataProvider provideNoAddresses
	 */
	public function test_g15_what_is_no_address_of_the_web_is_refused_by_name( mixed $address ): void {
		$this->expectException( InvalidExtensionSettingException::class );
		$this->expectExceptionMessage( "\$wgWikibaseDispatchSettings['dashboardUrl'] is " );
		self::settings( [ 'dashboardUrl' => $address ] )->dashboardUrl();
	}

	public static function provideNoAddresses(): array {
		return [
			[ 'javascript:alert(1)' ], [ 'data:text/html,x' ], [ '//example.org' ], [ 'example.org' ], [ '' ], [ 7 ],
			[ [ 'https://example.org' ] ], [ "https://example.org/\n" ], [ 'https://example.org/ x' ],
			[ 'xhttps://example.org' ],
		];
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
