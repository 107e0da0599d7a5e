<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Edits;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Events;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Triggers;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\ScriptedJob;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use RuntimeException;
use WikibaseDispatch\Job;
use WikibaseDispatch\TriggerGate;
use Wikimedia\Rdbms\ILBFactory;

/**
 * What an edit has done when its changes are committed. (Which job is asked for, and when, is native code's.)
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\Edits
 */
class EditsTest extends TestCase {

	private RecordingQueues $queues;

	protected function setUp(): void {
		$this->queues = new RecordingQueues( true );
	}

	public function test_nothing_is_pushed_when_a_scheduled_trigger_will_see_the_changes(): void {
		$this->edits( $this->gate( null ) )->changesWritten();
		$this->assertSame( [], $this->queues->pushed );
	}

	public function test_what_the_gate_asks_for_is_pushed(): void {
		$this->edits( $this->gate( $this->announcement() ) )->changesWritten( 3 );
		$this->assertSame(
			[ [ 'domain' => null, 'type' => 'wikibase-dispatch-trigger', 'params' => [], 'removeDuplicates' => true ] ],
			$this->queues->pushed
		);
	}

	public function test_a_wiki_without_clients_pushes_nothing_and_asks_nobody(): void {
		$native = $this->createMock( NativeFactory::class );
		$native->expects( $this->never() )->method( 'gate' );
		( new Edits( $native, $this->interpreter(), $this->triggers(), $this->settings( [] ) ) )->changesWritten();
		$this->assertSame( [], $this->queues->pushed );
	}

	public function test_without_a_native_module_every_edit_pushes_a_trigger_and_the_queue_keeps_one(): void {
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'isUsable' )->willReturn( false );
		$native->expects( $this->never() )->method( 'gate' );
		$settings = $this->settings( [ 'enwiki' ] );
		( new Edits( $native, $this->interpreter(), $this->triggers(), $settings ) )->changesWritten();
		$this->assertSame(
			[ [ 'domain' => null, 'type' => 'wikibase-dispatch-trigger', 'params' => [], 'removeDuplicates' => true ] ],
			$this->queues->pushed
		);
	}

	public function test_g1_a_push_that_fails_is_told_to_the_gate_and_not_kept_secret(): void {
		$this->queues->failure = new RuntimeException( 'queue is down' );
		$job = $this->announcement( [ 'state' => 'failed', 'cause' => [ 'host' => 0 ] ] );
		try {
			$this->edits( $this->gate( $job ) )->changesWritten();
			$this->fail( 'the failure was swallowed' );
		} catch ( RuntimeException $e ) {
			$this->assertSame( $this->queues->failure, $e );
			$this->assertSame( [ 'thrown 0' ], $job->answers );
		}
	}

	public function test_the_gate_learns_how_many_changes_were_written(): void {
		$gate = $this->createMock( TriggerGate::class );
		$gate->expects( $this->once() )->method( 'changesWritten' )->with( 7 )->willReturn( null );
		$this->edits( $gate )->changesWritten( 7 );
	}

	public function test_the_transaction_of_whoever_is_at_work_is_left_alone(): void {
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->expects( $this->never() )->method( $this->anything() );
		$this->edits( $this->gate( $this->announcement() ), $loadBalancers )->changesWritten();
		$this->assertCount( 1, $this->queues->pushed );
	}

	private function announcement( array ...$more ): ScriptedJob {
		$trigger = [ 'type' => 'wikibase-dispatch-trigger', 'params' => [], 'delay' => 0 ];
		return new ScriptedJob( [ ScriptedJob::asks( [ 'action' => 'push', 'jobs' => [ $trigger ] ] ), ...$more ] );
	}

	private function gate( ?Job $job ): TriggerGate {
		$gate = $this->createMock( TriggerGate::class );
		$gate->method( 'changesWritten' )->willReturn( $job );
		return $gate;
	}

	private function edits( TriggerGate $gate, ?ILBFactory $loadBalancers = null ): Edits {
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'isUsable' )->willReturn( true );
		$native->method( 'gate' )->willReturn( $gate );
		$settings = $this->settings( [ 'enwiki', 'dewiki' ] );
		return new Edits( $native, $this->interpreter( $loadBalancers ), $this->triggers(), $settings );
	}

	private function triggers(): Triggers {
		return new Triggers( $this->queues );
	}

	private function interpreter( ?ILBFactory $loadBalancers = null ): Interpreter {
		$unused = static fn () => null;
		return new Interpreter(
			$this->queues, $loadBalancers ?? $this->createMock( ILBFactory::class ), new Events( static fn () => [] ),
			$unused, $unused, $unused, $unused
		);
	}

	private function settings( array $clients ): WikiSettings {
		return new WikiSettings(
			[ 'localClientDatabases' => $clients ], [], 'repowiki', $this->queues, new NullLogger()
		);
	}
}
