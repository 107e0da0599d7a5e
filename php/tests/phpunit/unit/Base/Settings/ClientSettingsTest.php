<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Settings;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Title\NamespaceInfo;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;

/**
 * What a wiki's configuration says about being a client.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings
 */
class ClientSettingsTest extends TestCase {

	public function test_nothing_needs_to_be_configured(): void {
		$settings = $this->settings( [], [] );
		$this->assertSame( 'en_db', $settings->siteId() );
		$this->assertTrue( $settings->injectsRecentChanges() );
		$this->assertSame( [ 300, 300, 300 ], [
			$settings->purgeCacheBatchSize(), $settings->recentChangesBatchSize(), $settings->recentChangesMaxPages(),
		] );
		$this->assertSame( [ 0, 4 ], $settings->contentNamespaces() );
	}

	public function test_content_namespaces_are_a_list_of_integers_as_native_code_takes_them(): void {
		$this->assertSame( [ 0, 120 ], $this->settings( [], [], [ 0 => 0, 2 => '120' ] )->contentNamespaces() );
	}

	public function test_what_wikibase_is_configured_with_counts_unless_ours_says_otherwise(): void {
		$wikibase = [ 'siteGlobalID' => 'enwiki', 'purgeCacheBatchSize' => 10, 'injectRecentChanges' => false ];
		$settings = $this->settings( [ 'purgeCacheBatchSize' => 20 ], $wikibase );
		$this->assertSame( 'enwiki', $settings->siteId() );
		$this->assertSame( 20, $settings->purgeCacheBatchSize() );
		$this->assertFalse( $settings->injectsRecentChanges() );
	}

	public function test_a_setting_of_wikibase_that_is_a_function_is_as_good_as_none(): void {
		$settings = $this->settings( [], [ 'recentChangesBatchSize' => static fn () => 5 ] );
		$this->assertSame( 300, $settings->recentChangesBatchSize() );
	}

	public function test_the_repo_is_the_one_that_wikibase_gets_items_from(): void {
		$this->assertSame( 'wikidatawiki', $this->settings( [], [ 'entitySources' => [
			'local' => [ 'repoDatabase' => false, 'entityNamespaces' => [ 'lexeme' => 146 ] ],
			'd' => [ 'repoDatabase' => 'wikidatawiki', 'entityNamespaces' => [ 'item' => 0 ] ],
		] ] )->repoSiteId() );
		$this->assertSame( 'old', $this->settings( [], [ 'repoDatabase' => 'old' ] )->repoSiteId() );
		$this->assertSame( 'en_db', $this->settings( [], [ 'repoDatabase' => false ] )->repoSiteId() );
	}

	public function test_a_wrong_value_is_refused_with_name_value_and_what_is_allowed(): void {
		$this->expectException( InvalidExtensionSettingException::class );
		$this->expectExceptionMessage( "['recentChangesMaxPages'] is 0, but must be a whole number of at least 1" );
		$this->settings( [ 'recentChangesMaxPages' => 0 ], [] )->recentChangesMaxPages();
	}

	private function settings( array $configured, array $wikibase, array $content = [ 0, 4 ] ): ClientSettings {
		$namespaces = $this->createMock( NamespaceInfo::class );
		$namespaces->method( 'getContentNamespaces' )->willReturn( $content );
		return new ClientSettings(
			$configured,
			$wikibase,
			new WikiSettings( $configured, [], 'en_db', new RecordingQueues(), new NullLogger() ),
			'en_db',
			$namespaces
		);
	}
}
