<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * The hook by which other extensions hear of dispatching.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Hooks\HookRunner
 */
class EventHookTest extends FarmTestCase {

	protected function setUp(): void {
		parent::setUp();
		$this->farm->setSettings( [ 'pruneGraceSeconds' => 0, 'pruneKeepSeconds' => 0 ] );
		$this->farm->setGlobals( [
			'wgHooks' => [ 'WikibaseDispatchEvent' => [ 'WikibaseDispatchFarm\HeardEvents::hear' ] ],
		] );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->writeChange( 'Q1' );
	}

	protected function tearDown(): void {
		if ( is_file( $this->file() ) ) {
			unlink( $this->file() );
		}
	}

	public function test_a_handler_hears_what_a_client_got(): void {
		$this->dispatchAll();
		$this->assertContains( [ 'pass-finished', 'enwiki', 2, null ], $this->heard(), $this->farm->log() );
		$this->assertContains( [ 'triggered', null, null, null ], $this->heard() );
	}

	public function test_a_handler_that_fails_is_logged_and_stops_nothing(): void {
		$this->dispatchAll();
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-prune', [] );
		$this->runJobs( Farm::REPO );
		$changes = $this->farm->database( Farm::REPO )->query( 'SELECT COUNT(*) FROM wb_changes' )->fetchColumn();
		$this->assertSame( 0, (int)$changes, $this->farm->log() );
		$this->assertStringContainsString( 'WikibaseDispatchEvent failed on pruned', $this->farm->log() );
		$this->assertStringContainsString( 'a broken handler', $this->farm->log() );
	}

	/**
	 * @return list<array{string,string|null,int|null,string|null}>
	 */
	private function heard(): array {
		return array_map( static fn ( string $line ) => json_decode( $line, true ), file( $this->file() ) );
	}

	private function file(): string {
		return "{$this->farm->folder}/heard.jsonl";
	}
}
