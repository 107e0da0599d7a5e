<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * Somebody asks why a change has not arrived. (What is said of a farm that is stuck is tested beside the status.)
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Explain\ChangeExplainer
 */
class ExplainDispatchTest extends ScriptTestCase {

	public function test_it_goes_with_a_client_from_its_configuration_to_its_pass(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->assertExplained( 'Status: not started yet.' );
		$this->initialise();
		$this->assertExplained( 'Status: queued.' );
		$this->set( 'enwiki', "chd_lock = 'wd1c:00000000deadbeef:" . ( time() + 200 ) . ":1:0'" );
		$this->assertExplained( 'Status: running. A job is serving it. If that job dies, another one takes over at ' );
		$this->set( 'enwiki', "chd_lock = 'wd1r:" . ( time() + 200 ) . ":1:3'" );
		$this->assertExplained( 'Dispatching to enwiki has failed 3 times in a row. The next attempt is at ' );
		$this->set( 'enwiki', 'chd_lock = NULL' );
		$this->script( 'CatchUp' );
		$this->assertExplained( 'No changes are waiting for it.' );
		$this->script( 'DisableClient', 'enwiki' );
		$this->assertExplained( 'An administrator has disabled it' );
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'on', 'enwiki' => 'off' ] ] );
		$this->assertExplained( 'Its rollout is off, so Wikibase’s own dispatching serves it.' );
		$this->assertStringContainsString( "no client 'nowiki'", $this->refusal( 'ExplainDispatch', 'nowiki' ) );
	}

	public function test_who_hears_of_a_change_is_said_with_the_reason(): void {
		$this->subscribe( 'Q1', 'enwiki', 'nowiki' );
		$changeId = $this->writeChange( 'Q1', [ 'siteLinkChanges' => [ 'dewiki' => [ null, 'Berlin', false ] ] ] );
		$this->script( 'CatchUp', 'enwiki' );
		$output = $this->script( 'ExplainDispatch', '--change', (string)$changeId );
		$this->assertStringContainsString( "Change $changeId: wikibase-item~update of Q1, revision 8", $output );
		$this->assertStringContainsString( 'dewiki (its site link changes): not delivered yet', $output );
		$this->assertStringContainsString( 'enwiki (subscribed to Q1): delivered, or skipped', $output );
		$this->assertStringContainsString( 'nowiki is subscribed to Q1 or linked by it, but is not a client', $output );
		$this->assertStringContainsString(
			'repowiki is not notified', $this->script( 'ExplainDispatch', Farm::REPO, '--change', (string)$changeId )
		);
	}

	public function test_what_is_explained_is_what_happens(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->subscribe( 'Q2', 'dewiki', 'enwiki' );
		$changes = [
			$this->writeChange( 'Q1' ),
			$this->writeChange( 'Q2' ),
			$this->writeChange( 'Q3', [ 'siteLinkChanges' => [ 'dewiki' => [ null, 'Berlin', false ] ] ] ),
			$this->writeRawChange( 'Q1', 'rubbish' ),
			$this->writeChange( 'Q4' ),
		];
		$told = [];
		foreach ( $changes as $id ) {
			$explained = $this->script( 'ExplainDispatch', '--change', (string)$id );
			preg_match_all( '/^(\w+) .*: (?:not delivered yet|will be notified)/m', $explained, $who );
			$told[$id] = $who[1];
		}
		$this->farm->setSettings( [ 'notificationFormat' => 'change-ids' ] );
		$this->script( 'CatchUp' );
		foreach ( [ 'dewiki', 'enwiki' ] as $client ) {
			$this->assertSame(
				array_keys( array_filter( $told, static fn ( array $who ) => in_array( $client, $who, true ) ) ),
				array_merge( ...array_column( $this->jobs( $client, 'ChangeNotification' ), 'changeIds' ) ),
				$client
			);
		}
	}

	public function test_a_change_that_is_gone_or_not_there_yet_says_so(): void {
		$this->writeChange( 'Q1' );
		$this->writeChange( 'Q1' );
		// Or the one that goes would be taken for one that is on its way.
		$this->script( 'CatchUp' );
		$this->farm->database( Farm::REPO )->exec( 'DELETE FROM wb_changes WHERE change_id = 1' );
		$this->assertStringContainsString(
			'is not in the change buffer', $this->script( 'ExplainDispatch', '--change', '1' )
		);
		$this->assertStringContainsString(
			'There is no change 3 yet', $this->script( 'ExplainDispatch', '--change', '3' )
		);
		$this->assertStringContainsString(
			'takes the ID of a change', $this->refusal( 'ExplainDispatch', '--change', 'Q1' )
		);
		$this->assertStringContainsString( 'Give the site ID of a client', $this->refusal( 'ExplainDispatch' ) );
	}

	public function test_the_changes_of_an_entity_are_explained_newest_first(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->subscribe( 'Q2', 'enwiki' );
		$ids = array_map( fn () => $this->writeChange( 'Q1' ), range( 1, 7 ) );
		$this->writeChange( 'Q2' );
		$this->initialise();
		$explained = $this->script( 'ExplainDispatch', '--entity', 'q1' );
		$this->assertStringContainsString( 'The newest 3 changes of Q1 in the change buffer.', $explained );
		preg_match_all( '/^Change (\d+): .* of Q1, /m', $explained, $found );
		$this->assertSame( array_reverse( array_slice( $ids, 4 ) ), array_map( 'intval', $found[1] ) );
		$this->assertSame( 3, substr_count( $explained, 'enwiki (subscribed to Q1): not delivered yet' ) );
		$this->assertStringContainsString(
			'dewiki is not notified', $this->script( 'ExplainDispatch', 'dewiki', '--entity', 'Q2' )
		);
		$this->assertStringContainsString(
			'No change of Q3 is in the change buffer', $this->script( 'ExplainDispatch', '--entity', 'Q3' )
		);
		$this->assertStringContainsString(
			'takes the ID of an entity', $this->refusal( 'ExplainDispatch', '--entity', 'Berlin' )
		);
		$this->assertStringContainsString(
			'either --change or --entity', $this->refusal( 'ExplainDispatch', '--entity', 'Q1', '--change', '1' )
		);
	}

	private function assertExplained( string $says ): void {
		$this->assertStringContainsString( $says, $this->script( 'ExplainDispatch', 'enwiki' ) );
	}
}
