<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * On a farm where some hosts have the compiled module, and others have not. Edits of `Q1` and the like are changes.
 */
abstract class BareHostTestCase extends FarmTestCase {

	protected const SENTENCE = 'requires wikibase_dispatch PHP extension to be installed';

	private ?WebServer $web = null;

	protected function setUp(): void {
		parent::setUp();
		$this->setGlobals( [] );
	}

	protected function tearDown(): void {
		$this->web?->stop();
		$this->web = null;
		// Other tests make revisions with numbers of their own.
		foreach ( [ Farm::REPO, 'enwiki' ] as $wiki ) {
			$this->farm->database( $wiki )->exec( 'DELETE FROM revision WHERE rev_page > 1' );
			$this->farm->database( $wiki )->exec( 'DELETE FROM slots WHERE slot_revision_id > 1' );
		}
	}

	protected function setGlobals( array $globals ): void {
		$this->farm->setGlobals( $globals + [
			'wgHooks' => [ 'PageSaveComplete' => [ 'WikibaseDispatchFarm\WritesChanges::onPageSaveComplete' ] ],
			// Where Wikibase is, it has this job.
			'wgJobClasses' => [ 'DispatchChanges' => 'NullJob' ],
		] );
	}

	/** A web server of a host without the module. */
	protected function bareWeb( string $wiki ): WebServer {
		return $this->web = new WebServer( $this->farm, $wiki, hasModule: false );
	}

	/** A web server of a host with the module. */
	protected function equippedWeb( string $wiki ): WebServer {
		return $this->web = new WebServer( $this->farm, $wiki );
	}

	protected function edit( WebServer $web, string $title, string $text ): void {
		$answer = $web->api(
			[ 'action' => 'edit' ], [ 'title' => $title, 'text' => $text, 'token' => '+\\' ]
		);
		$this->assertSame( 'Success', $answer['edit']['result'] ?? null, json_encode( $answer ) );
	}

	/** Change of the buffer that was written last. */
	protected function lastChange(): int {
		$last = $this->farm->database( Farm::REPO )->query( 'SELECT MAX(change_id) FROM wb_changes' );
		return (int)$last->fetchColumn();
	}

	/**
	 * How often jobs of a type that wait were given to a runner.
	 *
	 * @return list<int>
	 */
	protected function attempts( string $wiki, string $type ): array {
		$select = $this->farm->database( $wiki )->prepare(
			"SELECT job_attempts FROM job WHERE job_cmd = ? AND job_token = ''"
		);
		$select->execute( [ $type ] );
		return array_map( 'intval', $select->fetchAll( \PDO::FETCH_COLUMN ) );
	}
}
