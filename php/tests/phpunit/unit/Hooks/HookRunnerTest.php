<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Hooks;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use MediaWiki\Extension\WikibaseDispatch\Hooks\HookRunner;
use MediaWiki\Extension\WikibaseDispatch\Hooks\WikibaseDispatchEventHook;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\ScriptedJob;
use MediaWiki\HookContainer\HookContainer;
use MediaWiki\HookContainer\StaticHookRegistry;
use PHPUnit\Framework\TestCase;
use Psr\Container\ContainerInterface;
use RuntimeException;
use Throwable;
use Wikimedia\ObjectFactory\ObjectFactory;

/**
 * What other extensions hear.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Hooks\HookRunner
 */
class HookRunnerTest extends TestCase {

	private RecordingLogger $logger;
	/** @var list<array{string,array,string|null}> */
	public static array $heard;
	public static bool $isBroken;

	protected function setUp(): void {
		$this->logger = new RecordingLogger();
		self::$heard = [];
		self::$isBroken = false;
	}

	public function test_a_handler_gets_the_event_its_fields_and_the_exception(): void {
		$this->tell( 'pass-finished', [ 'event' => 'pass-finished', 'client' => 'enwiki', 'changes' => 3 ] );
		$failed = [ 'event' => 'pass-failed', 'client' => 'enwiki', 'failures' => 1, 'cause' => [ 'host' => 0 ] ];
		$this->tell( 'pass-failed', $failed, new RuntimeException( 'queue is down' ) );
		$this->assertSame( [
			[ 'pass-finished', [ 'client' => 'enwiki', 'changes' => 3 ], null ],
			[ 'pass-failed', [ 'client' => 'enwiki', 'failures' => 1 ], 'queue is down' ],
		], self::$heard );
	}

	public function test_numbers_of_exceptions_are_left_out_of_lists_too(): void {
		$reasons = [ [ 'client' => 'enwiki', 'cause' => [ 'native' => 0 ] ] ];
		$this->tell( 'catch-up-waits', [ 'event' => 'catch-up-waits', 'reasons' => $reasons ] );
		$expected = [ 'reasons' => [ [ 'client' => 'enwiki' ] ] ];
		$this->assertSame( [ [ 'catch-up-waits', $expected, null ] ], self::$heard );
	}

	public function test_a_handler_that_throws_is_logged_and_ends_nothing(): void {
		self::$isBroken = true;
		$this->tell( 'pruned', [ 'event' => 'pruned', 'deleted' => 1 ] );
		$context = $this->logger->records[0]['context'];
		$this->assertSame( [ 'event-handler-failed', 'pruned' ], [ $context['event'], $context['about'] ] );
		$this->assertSame( 'broken', $context['exception']->getMessage() );
	}

	public function test_nothing_is_run_where_nobody_listens(): void {
		$hooks = $this->createMock( HookContainer::class );
		$hooks->expects( $this->never() )->method( 'run' );
		$thrown = new ThrownByJob( new ScriptedJob( [] ) );
		( new HookRunner( $hooks, $this->logger ) )->hear( 'pruned', [ 'event' => 'pruned' ], null, $thrown );
	}

	private function tell( string $name, array $event, ?Throwable $e = null ): void {
		$handler = new class() implements WikibaseDispatchEventHook {

			public function onWikibaseDispatchEvent( string $event, array $data, ?Throwable $cause ): void {
				if ( HookRunnerTest::$isBroken ) {
					throw new RuntimeException( 'broken' );
				}
				HookRunnerTest::$heard[] = [ $event, $data, $cause?->getMessage() ];
			}
		};
		$hooks = new HookContainer(
			new StaticHookRegistry(), new ObjectFactory( $this->createMock( ContainerInterface::class ) )
		);
		$hooks->register( 'WikibaseDispatchEvent', $handler );
		$thrown = new ThrownByJob( new ScriptedJob( [] ) );
		( new HookRunner( $hooks, $this->logger ) )->hear( $name, $event, $e, $thrown );
	}
}
