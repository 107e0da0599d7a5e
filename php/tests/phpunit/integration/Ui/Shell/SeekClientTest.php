<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * An admin sets a client to another place of the change buffer.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSeek
 */
class SeekClientTest extends ScriptTestCase {

	protected function setUp(): void {
		parent::setUp();
		$this->subscribe( 'Q1', 'enwiki' );
		foreach ( [ 'Q1', 'Q2', 'Q1' ] as $entityId ) {
			$this->writeChange( $entityId );
		}
		$this->initialise();
	}

	public function test_backwards_the_client_gets_again_what_is_in_the_buffer(): void {
		$this->dispatchRepo();
		$this->assertStringContainsString(
			'enwiki was set from change 3 to 1: it receives 1 of the 2 changes in between again.',
			$this->script( 'SeekClient', 'enwiki', '1' )
		);
		$this->runJobs( Farm::REPO );
		$this->assertSame( 3, $this->seen( 'enwiki' ), 'a trigger was scheduled' );
		$this->assertCount( 2, $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_forwards_nothing_is_skipped_unless_that_is_said(): void {
		$this->assertStringContainsString(
			"'enwiki' would never receive 2 of the 3 changes after 0 and up to 3. If you mean that, add --skip.",
			$this->refusal( 'SeekClient', 'enwiki', 'end' )
		);
		$this->assertSame( 0, $this->seen( 'enwiki' ) );
		$this->assertStringContainsString(
			'enwiki was set from change 0 to 3: it never receives 2 of the 3 changes in between.',
			$this->script( 'SeekClient', 'enwiki', 'end', '--skip' )
		);
		$this->dispatchRepo();
		$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_forwards_over_what_does_not_concern_it_needs_no_word(): void {
		$this->script( 'SeekClient', 'dewiki', '2' );
		$this->assertSame( 2, $this->seen( 'dewiki' ) );
	}

	public function test_g4_nobody_is_moved_under_a_pass(): void {
		$this->set( 'enwiki', "chd_lock = 'wd1c:00000000deadbeef:" . ( time() + 200 ) . ":3:0'" );
		$this->assertStringContainsString(
			'cannot set enwiki to position 3: another process holds its claim',
			$this->refusal( 'SeekClient', 'enwiki', '3', '--skip' )
		);
		$this->assertSame( 0, $this->seen( 'enwiki' ) );
	}

	public function test_what_would_be_done_can_be_asked_first(): void {
		$this->assertStringContainsString(
			'enwiki would be set from change 0 to 2: it never receives 1 of the 2 changes in between.',
			$this->script( 'SeekClient', 'enwiki', '2', '--dry-run' )
		);
		$this->assertSame( 0, $this->seen( 'enwiki' ) );
	}

	public function test_g7_nobody_is_set_behind_what_can_be_dispatched(): void {
		$this->assertStringContainsString(
			'no change after 3 can be dispatched yet', $this->refusal( 'SeekClient', 'enwiki', '4', '--skip' )
		);
	}

	public function test_what_cannot_be_understood_is_refused_with_what_is_allowed(): void {
		$this->assertStringContainsString( "no client 'nowiki'", $this->refusal( 'SeekClient', 'nowiki', '1' ) );
		$this->assertStringContainsString(
			'takes the ID of a change', $this->refusal( 'SeekClient', 'enwiki', 'soon' )
		);
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'on', 'enwiki' => 'off' ] ] );
		$this->assertStringContainsString(
			"rollout of 'enwiki' is 'off'", $this->refusal( 'SeekClient', 'enwiki', '1' )
		);
	}

	private function dispatchRepo(): void {
		$this->announce();
		$this->runJobs( Farm::REPO );
	}
}
