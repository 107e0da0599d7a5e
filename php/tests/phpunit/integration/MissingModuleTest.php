<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * What an admin is told who has not installed the compiled module.
 */
class MissingModuleTest extends FarmTestCase {

	public function test_mediawiki_names_the_module_that_is_missing(): void {
		$result = $this->farm->maintenanceWithoutModule( Farm::REPO, 'showJobs' );
		$this->assertNotSame( 0, $result->status );
		$this->assertStringContainsString( 'WikibaseDispatch', $result->output );
		$this->assertStringContainsString( 'wikibase_dispatch', $result->output );
	}
}
