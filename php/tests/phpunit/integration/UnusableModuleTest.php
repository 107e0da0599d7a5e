<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * What an admin is told who has not installed the compiled module, or another version of it.
 */
class UnusableModuleTest extends FarmTestCase {

	public function test_mediawiki_names_the_module_that_is_missing(): void {
		$result = $this->farm->maintenanceWithoutModule( Farm::REPO, 'showJobs' );
		$this->assertNotSame( 0, $result->status );
		$this->assertStringContainsString( 'WikibaseDispatch', $result->output );
		$this->assertStringContainsString( 'wikibase_dispatch', $result->output );
	}

	public function test_mediawiki_refuses_a_module_of_another_version_and_says_what_to_do(): void {
		$this->farm->setExtensionVersion( '99.0.0' );
		$result = $this->farm->maintenance( Farm::REPO, 'showJobs' );
		$this->assertNotSame( 0, $result->status );
		$this->assertStringContainsString( 'WikibaseDispatch 99.0.0 cannot work with version 0.', $result->output );
		$this->assertStringContainsString( 'Install both in the same version on this host', $result->output );
	}
}
