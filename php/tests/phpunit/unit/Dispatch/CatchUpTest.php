<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUpObserver;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUpProgress;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CaughtUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Events;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OurClients;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\ScriptedJob;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use RuntimeException;
use WikibaseDispatch\ClientClaimedException;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\DispatchState;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Reports of progress, refused clients, and stopping. (Native code decides the order of clients.)
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUp
 */
class CatchUpTest extends TestCase {

	private const BEGINS = [ 'event' => 'catching-up', 'clients' => 2, 'pending' => 110 ];
	private const ENDED = [
		'event' => 'caught-up', 'target' => 100, 'isHeldBack' => true, 'passes' => 4, 'changes' => 120, 'failed' => [],
		'left' => [ 'frwiki' ],
	];
	private const BREATHE = [ 'action' => 'breathe' ];

	/** @var list<string> what the observer was told */
	private array $told = [];
	private RecordingQueues $queues;
	private Dispatcher $dispatcher;

	protected function setUp(): void {
		$this->queues = new RecordingQueues();
		$this->dispatcher = $this->createMock( Dispatcher::class );
		$this->dispatcher->method( 'dispatchStates' )->willReturnCallback( fn () => [
			$this->state( 'dewiki', false ), $this->state( 'offwiki', true ),
		] );
	}

	public function test_the_observer_hears_how_it_gets_on(): void {
		$reasons = [ [ 'client' => 'enwiki', 'cause' => [ 'native' => 0 ] ] ];
		$waits = [ 'event' => 'catch-up-waits', 'reasons' => $reasons ];
		$result = $this->catchUp( new ScriptedJob( [
			ScriptedJob::asks( self::BREATHE ) + [ 'events' => [ self::BEGINS ] ],
			ScriptedJob::asks( self::BREATHE ) + [
				'events' => [ [ 'event' => 'caught-up-some', 'clients' => 1, 'pending' => 30 ], $waits ],
			],
			[ 'state' => 'ended', 'events' => [ self::ENDED ] ],
		], [ new ClientClaimedException( 'not now' ) ] ) );
		$this->assertSame( [ '2 behind by 110', '1 behind by 30', 'enwiki waits: not now' ], $this->told );
		$this->assertEquals( new CaughtUp( 100, true, 4, 120, [], [ 'frwiki' ] ), $result );
	}

	public function test_g9_who_failed_is_named_with_the_reason(): void {
		$this->queues->failure = new RuntimeException( 'queue is down' );
		$failed = [ [ 'client' => 'enwiki', 'cause' => [ 'host' => 0 ] ] ];
		$result = $this->catchUp( new ScriptedJob( [
			ScriptedJob::asks( [
				'action' => 'notify', 'client' => 'enwiki', 'domain' => 'en_db', 'isRepeat' => false,
				'jobs' => [ [ 'type' => 'DispatchNotification', 'params' => [] ] ],
			] ) + [ 'events' => [ self::BEGINS ] ],
			[ 'state' => 'ended', 'events' => [ [ 'failed' => $failed ] + self::ENDED ] ],
		] ) );
		$this->assertSame( [ 'enwiki' => 'cannot push to the queue of en_db: queue is down' ], $result->failed );
	}

	public function test_it_is_stopped_between_two_steps(): void {
		$job = new ScriptedJob( [
			ScriptedJob::asks( self::BREATHE ), ScriptedJob::asks( self::BREATHE ) + [ 'events' => [ self::BEGINS ] ],
			[ 'state' => 'ended', 'events' => [ self::ENDED ] ],
		] );
		$this->catchUp( $job, isStopped: fn () => $this->told !== [] );
		$this->assertSame( [ 'done', 'stop' ], $job->answers );
	}

	public function test_native_code_is_told_the_clients_that_are_named(): void {
		$job = $this->begun();
		$this->dispatcher->expects( $this->once() )->method( 'catchUp' )->with( [ 'dewiki' ] )->willReturn( $job );
		$this->catchUp( $job, 'dewiki' );
	}

	public function test_a_disabled_client_is_refused_by_name(): void {
		$this->expectException( RefusedException::class );
		$this->expectExceptionMessage( "'offwiki' is disabled" );
		$this->catchUp( $this->begun(), 'offwiki' );
	}

	public function test_a_client_that_is_none_of_ours_is_refused(): void {
		$this->expectException( RefusedException::class );
		$this->expectExceptionMessage( "There is no client 'nowiki'" );
		$this->catchUp( $this->begun(), 'nowiki' );
	}

	private function begun(): ScriptedJob {
		return ScriptedJob::tells( self::BEGINS, self::ENDED );
	}

	private function catchUp( ScriptedJob $job, string $client = '', ?callable $isStopped = null ): CaughtUp {
		$this->dispatcher->method( 'catchUp' )->willReturn( $job );
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'dispatcher' )->willReturn( $this->dispatcher );
		$settings = new WikiSettings(
			[ 'localClientDatabases' => [ 'dewiki', 'offwiki' ] ], [], 'repowiki', $this->queues, new NullLogger()
		);
		$progress = new CatchUpProgress();
		$unused = static fn () => null;
		$interpreter = new Interpreter(
			$this->queues, $this->createMock( ILBFactory::class ), new Events( static fn () => [ $progress ] ),
			$unused, $unused, $unused, $unused
		);
		$catchUp = new CatchUp( $native, $interpreter, new OurClients( $native, $settings ), $progress );
		return $catchUp->run(
			$client === '' ? [] : [ $client ], $this->observer(), ( $isStopped ?? static fn () => false )( ... )
		);
	}

	private function observer(): CatchUpObserver {
		$observer = $this->createMock( CatchUpObserver::class );
		$behind = function ( int $clients, int $pending ): void {
			$this->told[] = "$clients behind by $pending";
		};
		$observer->method( 'begins' )->willReturnCallback( $behind );
		$observer->method( 'goesOn' )->willReturnCallback( $behind );
		$observer->method( 'waits' )->willReturnCallback( function ( array $reasons ): void {
			foreach ( $reasons as $client => $reason ) {
				$this->told[] = "$client waits: $reason";
			}
		} );
		return $observer;
	}

	private function state( string $siteId, bool $isDisabled ): DispatchState {
		$state = $this->createMock( DispatchState::class );
		$state->method( 'siteId' )->willReturn( $siteId );
		$state->method( 'isDisabled' )->willReturn( $isDisabled );
		return $state;
	}
}
