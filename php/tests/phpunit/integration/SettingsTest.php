<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use WikibaseDispatch\InvalidSettingException;

/**
 * Wrong settings are refused by name, where they are made and in the job that meets them.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings
 */
class SettingsTest extends FarmTestCase {

	public function test_a_value_out_of_range_is_refused_by_name(): void {
		$this->assertRefused( [ 'dispatchDefaultBatchSize' => 0 ], 'dispatchDefaultBatchSize' );
	}

	public function test_a_name_that_nobody_knows_is_refused(): void {
		$this->assertRefused( [ 'dispatchDefaultBatchSise' => 100 ], 'dispatchDefaultBatchSise' );
	}

	public function test_a_value_of_another_type_is_refused_by_name(): void {
		$this->assertRefused( [ 'localClientDatabases' => 'enwiki' ], 'localClientDatabases' );
	}

	public function test_a_wrong_setting_fails_the_job_and_not_the_runner(): void {
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->setSettings( [ 'notificationFormat' => 'smoke signals' ] );
		$this->runJobs( Farm::REPO );
		$this->assertStringContainsString( 'notificationFormat', $this->farm->log() );
		$this->assertStringContainsString( 'smoke signals', $this->farm->log() );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ), 'trying again does not help' );
	}

	public function test_a_client_that_is_no_wiki_of_the_farm_loses_nothing_and_holds_back_nobody(): void {
		$this->farm->setSettings( [ 'localClientDatabases' => [ 'ghostwiki', 'enwiki' ] ] );
		$this->subscribe( 'Q1', 'enwiki', 'ghostwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
		$this->assertSame( 0, $this->seen( 'ghostwiki' ) );
		$this->assertStringContainsString( "domain 'ghostwiki' is no wiki of this farm", $this->farm->log() );
	}

	private function assertRefused( array $settings, string $name ): void {
		try {
			$this->nativeFactory( $this->settings( $settings ) )->dispatcher();
			$this->fail( 'the settings were accepted' );
		} catch ( InvalidSettingException $e ) {
			$this->assertStringContainsString( $name, $e->getMessage() );
			$this->assertFalse( $e->isRetryable() );
			$this->assertSame( 1001, $e->getCode() );
		}
	}
}
