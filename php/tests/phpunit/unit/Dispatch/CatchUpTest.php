<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUpObserver;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CaughtUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\FinishedPass;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OnePass;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OurClients;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Look;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\ClientClaimedException;
use WikibaseDispatch\ClientRestingException;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\DispatchState;
use WikibaseDispatch\TriggerOutcome;

/**
 * In which order clients are served, when it ends, and what it leaves.
 */
class CatchUpTest extends TestCase {

	private const HORIZON = 100;
	/** Changes that one pass hands over. */
	private const BATCH = 40;

	/** @var array<string,int> */
	private array $seen = [];
	/** @var list<string> */
	private array $disabled = [];
	/** @var list<string> what happened, in order */
	private array $steps = [];
	/** @var array<string,list<\Throwable>> what the next passes for a client throw */
	private array $failures = [];
	/** @var list<int> what the next looks find; the last one goes on */
	private array $horizons = [ self::HORIZON ];
	private int $newest = self::HORIZON;
	private int $looks = 0;
	private RecordingQueues $queues;
	private RecordingLogger $logger;

	protected function setUp(): void {
		$this->queues = new RecordingQueues();
		$this->logger = new RecordingLogger();
	}

	public function test_every_client_gets_a_pass_in_turn_until_all_have_seen_everything(): void {
		$this->seen = [ 'dewiki' => 70, 'enwiki' => 10, 'frwiki' => self::HORIZON ];
		$result = $this->catchUp();
		$this->assertSame( [ 'enwiki', 'dewiki', 'enwiki', 'enwiki' ], $this->steps, 'the most lagged first' );
		$this->assertSame( [ 4, 120, [], [] ], [ $result->passes, $result->changes, $result->failed, $result->left ] );
	}

	public function test_only_the_clients_that_are_named_are_served(): void {
		$this->seen = [ 'dewiki' => 70, 'enwiki' => 70 ];
		$this->catchUp( 'dewiki' );
		$this->assertSame( [ 'dewiki' ], $this->steps );
	}

	public function test_a_disabled_client_is_left_alone_and_refused_by_name(): void {
		$this->seen = [ 'dewiki' => 70, 'enwiki' => 70 ];
		$this->disabled = [ 'enwiki' ];
		$this->catchUp();
		$this->assertSame( [ 'dewiki' ], $this->steps );
		$this->expectException( RefusedException::class );
		$this->expectExceptionMessage( "'enwiki' is disabled" );
		$this->catchUp( 'enwiki' );
	}

	public function test_a_client_that_is_none_of_ours_is_refused(): void {
		$this->seen = [ 'enwiki' => 70 ];
		$this->expectException( RefusedException::class );
		$this->expectExceptionMessage( "there is no client 'nowiki'" );
		$this->catchUp( 'nowiki' );
	}

	public function test_g9_a_client_whose_pass_fails_is_tried_once_and_the_others_go_on(): void {
		$this->seen = [ 'dewiki' => 30, 'enwiki' => 10 ];
		$this->failures['enwiki'] = [ new RuntimeException( 'queue is down' ) ];
		$result = $this->catchUp();
		$this->assertSame( [ 'enwiki', 'dewiki', 'dewiki' ], $this->steps );
		$this->assertSame( [ 'enwiki' => 'queue is down' ], $result->failed );
		$this->assertSame( [], $result->left );
		$this->assertCount( 1, $this->logger->contexts( 'error' ) );
	}

	public function test_g4_a_client_that_is_somebody_elses_or_rests_is_waited_for(): void {
		$this->seen = [ 'dewiki' => 70, 'enwiki' => 70 ];
		$this->failures['enwiki'] = [
			new ClientClaimedException( 'not now' ),
			new ClientRestingException( 'nor now' ),
		];
		$result = $this->catchUp();
		$this->assertSame(
			[ 'dewiki', 'enwiki', 'waits: not now', 'sleep 1', 'enwiki', 'waits: nor now', 'sleep 1', 'enwiki' ],
			$this->steps
		);
		$this->assertSame( [], $result->failed );
	}

	public function test_it_stops_between_two_passes(): void {
		$this->seen = [ 'dewiki' => 10, 'enwiki' => 10 ];
		$result = $this->catchUp( isStopped: fn () => count( $this->steps ) >= 1 );
		$this->assertSame( [ 'dewiki' ], $this->steps );
		$this->assertSame( [ 'enwiki', 'dewiki' ], $result->left );
		$this->assertSame( [ 'DispatchTrigger' ], $this->queues->types(), 'the jobs go on' );
	}

	public function test_whoever_held_claims_has_somebody_look_again_when_it_ends(): void {
		$this->seen = [ 'enwiki' => 70 ];
		$this->catchUp();
		$this->assertSame( [ 'DispatchTrigger' ], $this->queues->types() );
	}

	public function test_nothing_is_left_behind_where_there_was_nothing_to_do(): void {
		$this->seen = [ 'enwiki' => self::HORIZON ];
		$result = $this->catchUp();
		$this->assertSame( [ 0, [] ], [ $result->passes, $this->queues->pushed ] );
	}

	public function test_what_is_written_meanwhile_is_left_to_the_jobs(): void {
		$this->seen = [ 'enwiki' => 90 ];
		$this->assertSame( self::HORIZON, $this->catchUp()->target );
		$this->assertSame( 130, $this->seen['enwiki'], 'the pass went further than it had to' );
		$this->assertCount( 1, $this->steps );
	}

	public function test_g7_a_gap_is_waited_for_as_long_as_it_moves(): void {
		$this->seen = [ 'enwiki' => 10 ];
		[ $this->horizons, $this->newest ] = [ [ 30, 70, 70 ], 100 ];
		$result = $this->catchUp();
		$this->assertSame( [ 3, 70, true ], [ $this->looks, $result->target, $result->isHeldBack ] );
		$this->assertSame( [ 'enwiki', 'enwiki' ], $this->steps, 'what was before the gap came first' );
	}

	public function test_a_gap_that_closes_is_forgotten(): void {
		$this->seen = [ 'enwiki' => 10 ];
		[ $this->horizons, $this->newest ] = [ [ 30, 100 ], 100 ];
		$result = $this->catchUp();
		$this->assertSame( [ 2, 100, false ], [ $this->looks, $result->target, $result->isHeldBack ] );
	}

	private function look(): Look {
		$look = $this->createMock( Look::class );
		$look->method( 'look' )->willReturnCallback( function (): TriggerOutcome {
			$horizon = $this->horizons[min( $this->looks++, count( $this->horizons ) - 1 )];
			$outcome = $this->createMock( TriggerOutcome::class );
			$outcome->method( 'horizon' )->willReturn( $horizon );
			$outcome->method( 'waitsForGap' )->willReturn( $horizon < $this->newest );
			return $outcome;
		} );
		return $look;
	}

	private function catchUp( string $client = '', ?callable $isStopped = null ): CaughtUp {
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'dispatcher' )->willReturn( $this->dispatcher() );
		$onePass = $this->createMock( OnePass::class );
		$onePass->method( 'run' )->willReturnCallback( $this->onePass( ... ) );
		$store = $this->createMock( RolloutStore::class );
		$store->method( 'lastChange' )->willReturn( $this->newest );
		$settings = new WikiSettings(
			[ 'localClientDatabases' => array_keys( $this->seen ) ], [], 'repowiki', $this->queues, $this->logger
		);
		$catchUp = new CatchUp(
			$native,
			new OurClients( $native, $settings ),
			$onePass,
			$this->look(),
			$store,
			new TriggerScheduler( $native, $this->queues, $settings ),
			$this->createMock( ILBFactory::class ),
			new PassReport( new BadChangeReport( $this->logger ), $this->logger, static fn (): int => 0 ),
			function ( int $seconds ): void {
				$this->steps[] = "sleep $seconds";
			}
		);
		$observer = $this->createMock( CatchUpObserver::class );
		$observer->method( 'waits' )->willReturnCallback( function ( array $reasons ): void {
			$this->steps[] = 'waits: ' . implode( ', ', $reasons );
		} );
		$isStopped ??= static fn () => false;
		return $catchUp->run( $client === '' ? [] : [ $client ], $observer, $isStopped( ... ) );
	}

	private function onePass( string $siteId ): ?FinishedPass {
		$this->steps[] = $siteId;
		if ( !empty( $this->failures[$siteId] ) ) {
			throw array_shift( $this->failures[$siteId] );
		}
		$this->seen[$siteId] += self::BATCH;
		return new FinishedPass( $this->seen[$siteId], self::BATCH - 10, null );
	}

	private function dispatcher(): Dispatcher {
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'dispatchStates' )->willReturnCallback( function (): array {
			$states = [];
			foreach ( $this->seen as $siteId => $seen ) {
				$state = $this->createMock( DispatchState::class );
				$state->method( 'siteId' )->willReturn( $siteId );
				$state->method( 'seen' )->willReturn( $seen );
				$state->method( 'isDisabled' )->willReturn( in_array( $siteId, $this->disabled, true ) );
				$states[] = $state;
			}
			return $states;
		} );
		return $dispatcher;
	}
}
