<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;

/**
 * A test of maintenance scripts.
 */
abstract class ScriptTestCase extends FarmTestCase {

	use Scripts;

	/** Writes to the dispatch state of a client. */
	protected function set( string $client, string $assignment ): void {
		$this->farm->database( Farm::REPO )
			->prepare( "UPDATE wb_changes_dispatch SET $assignment WHERE chd_site = ?" )
			->execute( [ $client ] );
	}
}
