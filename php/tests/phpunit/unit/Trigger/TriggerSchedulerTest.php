<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Trigger;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use RuntimeException;
use WikibaseDispatch\TriggerGate;

/**
 * When an edit schedules which job.
 */
class TriggerSchedulerTest extends TestCase {

	private const TWO_CLIENTS = [ 'enwiki', 'dewiki' ];

	public function test_nothing_is_pushed_when_a_scheduled_trigger_will_see_the_changes(): void {
		$queues = new RecordingQueues( true );
		$this->scheduler( $queues, null )->changesWritten();
		$this->assertSame( [], $queues->pushed );
	}

	public function test_a_trigger_is_pushed_at_once_when_the_gate_says_so(): void {
		$queues = new RecordingQueues( true );
		$this->scheduler( $queues, 0 )->changesWritten( 3 );
		$this->assertSame(
			[ [ 'domain' => null, 'type' => 'DispatchTrigger', 'params' => [], 'removeDuplicates' => true ] ],
			$queues->pushed
		);
	}

	public function test_a_delayed_trigger_is_released_when_the_delay_is_over_and_never_earlier(): void {
		$queues = new RecordingQueues( true );
		$before = microtime( true );
		$this->scheduler( $queues, 5 )->changesWritten();
		$this->assertSame( [ 'DispatchTrigger' ], $queues->types() );
		$release = $queues->pushed[0]['params']['jobReleaseTimestamp'];
		$this->assertGreaterThanOrEqual( $before + 5, $release );
		$this->assertLessThan( microtime( true ) + 6, $release );
	}

	public function test_no_delay_is_asked_of_a_queue_that_cannot_delay(): void {
		$queues = new RecordingQueues( false );
		$this->scheduler( $queues, 5 )->changesWritten();
		$this->assertSame( [], $queues->pushed[0]['params'] );
	}

	public function test_the_only_client_gets_its_job_without_a_trigger(): void {
		$queues = new RecordingQueues();
		$this->scheduler( $queues, 0, [ 'enwiki' => 'en_db' ] )->changesWritten();
		$this->assertSame( [ 'DispatchClient' ], $queues->types() );
		$this->assertSame( [ 'siteId' => 'enwiki' ], $queues->pushed[0]['params'] );
		$this->assertTrue( $queues->pushed[0]['removeDuplicates'] );
	}

	public function test_a_wiki_without_clients_schedules_nothing_and_asks_nobody(): void {
		$queues = new RecordingQueues();
		$native = $this->createMock( NativeFactory::class );
		$native->expects( $this->never() )->method( 'gate' );
		$scheduler = new TriggerScheduler( $native, $queues, self::settings( $queues, [] ) );
		$scheduler->changesWritten();
		$this->assertSame( [], $queues->pushed );
	}

	public function test_a_failing_queue_is_not_kept_secret(): void {
		$queues = new RecordingQueues();
		$queues->failure = new RuntimeException( 'queue is down' );
		$this->expectExceptionMessage( 'queue is down' );
		$this->scheduler( $queues, 0 )->changesWritten();
	}

	public function test_the_gate_learns_that_a_trigger_could_not_be_scheduled(): void {
		$queues = new RecordingQueues( true );
		$queues->failure = new RuntimeException( 'queue is down' );
		$gate = $this->createMock( TriggerGate::class );
		$gate->method( 'changesWritten' )->willReturn( 5 );
		$gate->expects( $this->once() )->method( 'reopen' );
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'gate' )->willReturn( $gate );
		$this->expectException( RuntimeException::class );
		( new TriggerScheduler( $native, $queues, self::settings( $queues, self::TWO_CLIENTS ) ) )->changesWritten();
	}

	public function test_the_gate_learns_how_many_changes_were_written(): void {
		$queues = new RecordingQueues();
		$gate = $this->createMock( TriggerGate::class );
		$gate->expects( $this->once() )->method( 'changesWritten' )->with( 7 )->willReturn( null );
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'gate' )->willReturn( $gate );
		$scheduler = new TriggerScheduler( $native, $queues, self::settings( $queues, self::TWO_CLIENTS ) );
		$scheduler->changesWritten( 7 );
	}

	private function scheduler(
		RecordingQueues $queues,
		?int $delay,
		array $clients = self::TWO_CLIENTS
	): TriggerScheduler {
		$gate = $this->createMock( TriggerGate::class );
		$gate->method( 'changesWritten' )->willReturn( $delay );
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'gate' )->willReturn( $gate );
		return new TriggerScheduler( $native, $queues, self::settings( $queues, $clients ) );
	}

	private static function settings( RecordingQueues $queues, array $clients ): WikiSettings {
		return new WikiSettings( [ 'localClientDatabases' => $clients ], [], 'repowiki', $queues, new NullLogger() );
	}
}
