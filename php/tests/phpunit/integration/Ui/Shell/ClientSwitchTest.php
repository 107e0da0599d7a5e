<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * An admin disables a client that has vanished, and enables it again.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSwitch
 */
class ClientSwitchTest extends ScriptTestCase {

	protected function setUp(): void {
		parent::setUp();
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
	}

	public function test_a_client_that_is_disabled_gets_nothing_and_holds_back_nobody(): void {
		$this->dispatchAll();
		$this->script( 'DisableClient', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->assertSame( [ 0, $changeId ], [ $this->seen( 'enwiki' ), $this->seen( 'dewiki' ) ] );
	}

	public function test_a_client_that_is_enabled_gets_what_is_written_from_then_on(): void {
		$this->dispatchAll();
		$this->script( 'DisableClient', 'enwiki' );
		$missed = $this->writeChange( 'Q1' );
		$this->script( 'EnableClient', 'enwiki' );
		$this->assertSame( $missed, $this->seen( 'enwiki' ) );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_a_client_can_be_enabled_after_a_given_change(): void {
		$this->dispatchAll();
		$this->script( 'DisableClient', 'enwiki' );
		$first = $this->writeChange( 'Q1' );
		$last = $this->writeChange( 'Q1' );
		$this->script( 'EnableClient', 'enwiki', '--after', (string)$first );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( $last, $this->seen( 'enwiki' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_a_client_that_nobody_knows_is_refused_by_name(): void {
		$this->assertStringContainsString( "no client 'nowiki'", $this->refusal( 'DisableClient', 'nowiki' ) );
		$this->assertStringContainsString( "no client 'nowiki'", $this->refusal( 'EnableClient', 'nowiki' ) );
	}

	public function test_g1_a_client_that_is_enabled_already_is_not_set_to_the_end(): void {
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		$this->assertStringContainsString( "'enwiki' is not disabled", $this->refusal( 'EnableClient', 'enwiki' ) );
		$this->assertSame( 0, $this->seen( 'enwiki' ) );
	}

	public function test_a_client_is_not_enabled_behind_what_was_written(): void {
		$this->dispatchAll();
		$this->script( 'DisableClient', 'enwiki' );
		$this->assertStringContainsString(
			'no change after 0 can be dispatched yet', $this->refusal( 'EnableClient', 'enwiki', '--after', '7' )
		);
		$this->assertStringContainsString(
			'takes the ID of a change', $this->refusal( 'EnableClient', 'enwiki', '--after', 'x' )
		);
	}

	public function test_a_client_that_left_with_the_rollout_is_not_enabled(): void {
		$this->dispatchAll();
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'on', 'enwiki' => 'off' ] ] );
		$this->dispatchAll();
		$this->assertStringContainsString( "rollout of 'enwiki' is 'off'", $this->refusal( 'EnableClient', 'enwiki' ) );
	}

	public function test_who_dispatches_to_whom_is_shown(): void {
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'off', 'enwiki' => 'on' ] ] );
		$this->dispatchAll();
		$output = preg_replace( '/ +/', ' ', $this->script( 'ShowRollout' ) );
		$this->assertStringContainsString( "serves some clients", $output );
		$this->assertStringContainsString( "\nenwiki on on 0 ", $output );
		$this->assertStringContainsString( "\ndewiki off off - ", $output );
	}
}
