<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Shell;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\RunningCommand;
use MediaWiki\MediaWikiServices;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;

/**
 * A test of maintenance scripts, which are run as an admin runs them: by the way of this version of MediaWiki.
 */
abstract class ScriptTestCase extends FarmTestCase {

	private const FOLDER = __DIR__ . '/../../../../maintenance';

	/** What a script says that does what it is asked for. */
	protected function script( string $name, string ...$arguments ): string {
		$result = $this->start( $name, ...$arguments )->result();
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertStringNotContainsString( 'Deprecated', $result->output );
		$this->assertStringNotContainsString( 'Warning', $result->output );
		return $result->output;
	}

	/** What a script says that refuses. */
	protected function refusal( string $name, string ...$arguments ): string {
		$result = $this->start( $name, ...$arguments )->result();
		$this->assertSame( 1, $result->status, $result->output );
		$this->assertStringNotContainsString( 'Exception', $result->output );
		return $result->output;
	}

	protected function start( string $name, string ...$arguments ): RunningCommand {
		$script = realpath( self::FOLDER ) . "/$name.php";
		return version_compare( MW_VERSION, '1.40', '>=' )
			? $this->farm->startByRunner( Farm::REPO, $script, ...$arguments )
			: $this->farm->start( Farm::REPO, $script, ...$arguments );
	}

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
