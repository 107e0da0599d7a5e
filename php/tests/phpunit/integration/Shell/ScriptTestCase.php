<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Shell;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

/**
 * A test of maintenance scripts.
 */
abstract class ScriptTestCase extends FarmTestCase {

	use Scripts;

	/** Gives clients that were configured just now their dispatch states, as the first trigger does. */
	protected function initialise(): void {
		WikibaseDispatchServices::nativeFactory( MediaWikiServices::getInstance() )->dispatcher()->initialiseClients();
	}

	/** Writes to the dispatch state of a client. */
	protected function set( string $client, string $assignment ): void {
		$this->farm->database( Farm::REPO )
			->prepare( "UPDATE wb_changes_dispatch SET $assignment WHERE chd_site = ?" )
			->execute( [ $client ] );
	}
}
