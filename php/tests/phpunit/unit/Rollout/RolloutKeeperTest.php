<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Rollout;

use Fiber;
use MediaWiki\Extension\WikibaseDispatch\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Rollout\WikibaseReminder;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;

/**
 * Where a client begins, and up to where it is still ours. What the steps are for is shown by
 * {@see RolloutSimulationTest}.
 */
class RolloutKeeperTest extends TestCase {

	private const OLD = '20200101000000';

	private MemoryRolloutStore $store;
	/** @var list<string> */
	private array $reminded = [];

	protected function setUp(): void {
		$this->store = new MemoryRolloutStore();
	}

	public function test_nothing_is_written_while_all_clients_are_wikibases(): void {
		$this->keeper( 'off' )->begin();
		$this->assertSame( [], $this->store->rollout );
	}

	public function test_when_all_clients_become_ours_wikibase_is_idle_and_they_begin_with_the_buffer(): void {
		$this->store->changes = [ 8 => self::OLD ];
		$this->keeper( 'on' )->begin();
		$this->assertSame( AppliedRollout::IDLE, $this->store->load()->wikibase() );
		$this->assertSame( [ 'a' => 0, 'b' => 0 ], $this->store->seen( [ 'a', 'b' ] ) );
	}

	public function test_a_client_begins_where_wikibase_has_handed_over_everything(): void {
		$this->serving( 20 );
		$this->keeper( [ 'a' => 'on', 'b' => 'off' ] )->begin();
		$this->assertSame( AppliedRollout::ON, $this->store->load()->of( 'a' ) );
		$this->assertSame( [ 'a' => 20 ], $this->store->seen( [ 'a', 'b' ] ) );
	}

	public function test_a_client_that_was_only_watched_begins_there_too_although_it_has_looked_further(): void {
		$this->serving( 20, [ 'a' => AppliedRollout::SHADOW ] );
		$this->store->clients['a'] = [ 'seen' => 30, 'disabled' => 0, 'token' => 7 ];
		$this->keeper( [ 'a' => 'on', 'b' => 'off' ] )->begin();
		$this->assertSame( [ 'seen' => 20, 'disabled' => 0, 'token' => 0 ], $this->store->clients['a'] );
	}

	public function test_a_client_leaves_when_it_has_got_what_was_written_before_it_was_wikibases(): void {
		$this->serving( 20, [ 'a' => AppliedRollout::ON ] );
		$this->store->clients['a'] = [ 'seen' => 25, 'disabled' => 0, 'token' => 0 ];
		$this->store->changes = [ 26 => self::OLD, 30 => self::OLD ];
		$keeper = $this->keeper( [ 'a' => 'off', 'b' => 'off' ] );
		$keeper->begin();
		$this->assertSame( [ 'a' => 30 ], $this->store->load()->leaving() );
		$this->assertSame( [ 'a' ], $keeper->leavingClients() );
		$keeper->horizonFound( 30 );
		$this->assertSame( [ 'a' => 30 ], $this->store->load()->leaving(), 'it has seen 25' );
		$this->store->clients['a']['seen'] = 30;
		$keeper->horizonFound( 30 );
		$this->assertNull( $this->store->load()->of( 'a' ) );
		$this->assertSame( 2, $this->store->clients['a']['disabled'] );
	}

	public function test_a_client_that_an_admin_has_disabled_does_not_leave_for_ever(): void {
		$this->serving( 20, [ 'a' => AppliedRollout::ON ] );
		$this->store->clients['a'] = [ 'seen' => 3, 'disabled' => 1, 'token' => 0 ];
		$this->store->changes = [ 30 => self::OLD ];
		$keeper = $this->keeper( [ 'a' => 'off', 'b' => 'off' ] );
		$keeper->begin();
		$keeper->horizonFound( 30 );
		$this->assertNull( $this->store->load()->of( 'a' ) );
		$this->assertSame( 1, $this->store->clients['a']['disabled'], 'by the admin still' );
	}

	public function test_the_floor_stays_below_what_wikibase_has_not_handed_over(): void {
		$this->serving( 20, [ 'a' => AppliedRollout::ON ] );
		$this->store->changes = array_fill_keys( [ 21, 22, 23, 24 ], '20990101000000' );
		$this->store->handed = [ 21 => true, 22 => true, 24 => true ];
		$this->keeper( [ 'a' => 'on', 'b' => 'off' ] )->horizonFound( 30 );
		$this->assertSame( 22, $this->store->load()->floor() );
		$this->assertSame( [ 24 => true ], $this->store->handed );
		$this->assertSame( [], $this->reminded, 'it may be under way' );
	}

	public function test_the_floor_never_passes_the_horizon(): void {
		$this->serving( 20, [ 'a' => AppliedRollout::ON ] );
		$this->keeper( [ 'a' => 'on', 'b' => 'off' ] )->horizonFound( 27 );
		$this->assertSame( 27, $this->store->load()->floor() );
	}

	public function test_wikibase_is_reminded_of_what_it_has_forgotten(): void {
		$this->serving( 20, [ 'a' => AppliedRollout::ON ] );
		$this->store->changes = [ 22 => self::OLD ];
		$this->keeper( [ 'a' => 'on', 'b' => 'off' ] )->horizonFound( 30 );
		$this->assertSame( [ 'Q22' ], $this->reminded );
	}

	public function test_g1_a_trigger_that_finds_wikibase_serving_everybody_tells_it_what_waits(): void {
		$this->store->changes = [ 21 => wfTimestamp( TS_MW ), 22 => wfTimestamp( TS_MW ) ];
		$keeper = $this->keeper( 'off' );
		$keeper->begin();
		$keeper->horizonFound( 0 );
		$this->assertSame( [ 'Q21', 'Q22' ], $this->reminded, 'the edit did not, by an older configuration' );
		$this->assertSame( [], $this->store->rollout );
	}

	public function test_a_note_that_a_job_of_wikibases_left_after_the_rollout_goes_with_its_change(): void {
		$this->store->changes = [ 21 => self::OLD ];
		$this->store->handed = [ 21 => true ];
		$this->keeper( 'off' )->horizonFound( 21 );
		$this->assertSame( [ [], [], [] ], [ $this->store->changes, $this->store->handed, $this->reminded ] );
	}

	public function test_g1_of_clients_that_leave_together_either_all_positions_are_known_or_none(): void {
		$this->store->rollout = [ '' => [ 'state' => AppliedRollout::IDLE, 'position' => 0 ] ];
		$this->store->changes = [ 9 => self::OLD ];
		$steps = new Fiber( fn () => $this->keeper( 'off' )->begin() );
		$steps->start();
		$known = [];
		while ( !$steps->isTerminated() ) {
			$applied = new AppliedRollout( $this->store->rollout );
			$known[$applied->wikibase()][] = array_values( array_unique( $applied->leaving() ) );
			$steps->resume();
		}
		$known = array_values( array_unique( $known[AppliedRollout::STARTING], SORT_REGULAR ) );
		$this->assertSame( [ [ AppliedRollout::UNKNOWN ] ], $known,
			'whoever comes after a process that died would ask for a later change, and have that for the floor' );
		$this->assertSame( [ 'a' => 9, 'b' => 9 ], $this->store->load()->leaving() );
	}

	public function test_g1_the_trigger_in_which_the_last_client_leaves_tells_wikibase_what_waits(): void {
		$this->serving( 20, [ 'a' => AppliedRollout::LEAVING ] );
		$this->store->clients['a'] = [ 'seen' => 25, 'disabled' => 0, 'token' => 0 ];
		$this->store->changes = [ 21 => wfTimestamp( TS_MW ) ];
		$this->keeper( 'off' )->horizonFound( 21 );
		$this->assertNull( $this->store->load()->wikibase() );
		$this->assertSame( [ 'Q21' ], $this->reminded, 'it may have no job, and there may be no other trigger' );
	}

	public function test_when_all_are_wikibases_again_it_finds_the_tables_as_it_left_them(): void {
		$this->serving( 20 );
		$this->store->changes = [ 19 => self::OLD, 21 => self::OLD, 22 => self::OLD ];
		$this->store->handed = [ 21 => true ];
		$this->keeper( 'off' )->begin();
		$this->assertSame( [ 22 => self::OLD ], $this->store->changes, 'what it would not have deleted' );
		$this->assertSame( [ [], [] ], [ $this->store->handed, $this->store->rollout ] );
	}

	public function test_a_client_that_is_configured_no_longer_is_forgotten(): void {
		$this->serving( 20, [ 'a' => AppliedRollout::ON, 'gone' => AppliedRollout::LEAVING ] );
		$this->keeper( [ 'a' => 'on', 'b' => 'off' ] )->begin();
		$this->assertNull( $this->store->load()->of( 'gone' ) );
	}

	public function test_nothing_is_pruned_that_wikibase_has_not_handed_over(): void {
		$this->assertNull( $this->keeper( 'on' )->pruneLimit() );
		$this->assertSame( 0, $this->keeper( 'off' )->pruneLimit() );
		$this->serving( 20 );
		$this->assertSame( 20, $this->keeper( [ 'a' => 'on', 'b' => 'off' ] )->pruneLimit() );
		$this->store->rollout = [ '' => [ 'state' => AppliedRollout::IDLE, 'position' => 0 ] ];
		$this->assertNull( $this->keeper( 'on' )->pruneLimit() );
	}

	public function test_a_process_that_died_in_a_step_is_replaced(): void {
		$this->store->rollout = [
			'' => [ 'state' => AppliedRollout::STARTING, 'position' => 5 ],
			'a' => [ 'state' => AppliedRollout::LEAVING, 'position' => AppliedRollout::UNKNOWN ],
			'b' => [ 'state' => AppliedRollout::ON, 'position' => 0 ],
		];
		$this->store->changes = [ 9 => self::OLD ];
		$this->keeper( [ 'a' => 'off', 'b' => 'on' ] )->begin();
		$this->assertSame( AppliedRollout::SERVING, $this->store->load()->wikibase() );
		$this->assertSame( [ 9, [ 'a' => 9 ] ], [ $this->store->load()->floor(), $this->store->load()->leaving() ] );
	}

	/**
	 * @param int $floor
	 * @param array<string,string> $clients
	 */
	private function serving( int $floor, array $clients = [] ): void {
		$this->store->rollout[''] = [ 'state' => AppliedRollout::SERVING, 'position' => $floor ];
		foreach ( $clients as $client => $state ) {
			$this->store->rollout[$client] = [ 'state' => $state, 'position' => 0 ];
		}
	}

	private function keeper( string|array $rollout ): RolloutKeeper {
		$reminder = $this->createMock( WikibaseReminder::class );
		$reminder->method( 'remind' )->willReturnCallback( function ( array $entityIds ): void {
			array_push( $this->reminded, ...$entityIds );
		} );
		return new RolloutKeeper(
			$this->store,
			$this->createMock( ShadowRecord::class ),
			new WikiSettings(
				[ 'rollout' => $rollout, 'localClientDatabases' => [ 'a', 'b' ] ],
				[], 'repo', new RecordingQueues(), new RecordingLogger()
			),
			$reminder,
			new RecordingLogger()
		);
	}
}
