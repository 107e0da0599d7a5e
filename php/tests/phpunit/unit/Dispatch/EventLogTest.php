<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\EventLog;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\ScriptedJob;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Throwable;
use WikibaseDispatch\ClientRestingException;

/**
 * What an operator hears of what jobs tell.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\EventLog
 */
class EventLogTest extends TestCase {

	private RecordingLogger $logger;
	private EventLog $log;
	private float $now = 100.0;

	protected function setUp(): void {
		$this->logger = new RecordingLogger();
		$this->log = new EventLog( $this->logger, fn (): float => $this->now );
	}

	public function test_what_is_only_counted_is_not_logged(): void {
		$this->hear( 'trigger-ended', [ 'seconds' => 0.5 ] );
		$this->hear( 'batch-pruned', [ 'deleted' => 7 ] );
		$this->hear( 'caught-up-some', [ 'clients' => 1, 'pending' => 5 ] );
		$this->assertSame( [], $this->logger->records );
	}

	public function test_a_trigger_is_one_line_with_what_it_found(): void {
		$found = [
			'due' => 1, 'horizon' => 9, 'initialised' => [], 'fastForwarded' => 2, 'successorDelay' => null,
			'waitsForGap' => false,
		];
		$this->hear( 'triggered', $found );
		$this->assertSame( [ [ 'event' => 'triggered' ] + $found ], $this->logger->contexts( 'info' ) );
	}

	public function test_g7b_late_changes_are_one_warning_with_ids_how_late_and_clients(): void {
		$late = [
			[ 'id' => 17, 'lateBy' => 90, 'clients' => [ 'dewiki', 'enwiki' ] ],
			[ 'id' => 18, 'lateBy' => null, 'clients' => [] ],
		];
		$this->hear( 'late-changes', [ 'lateChanges' => $late ] );
		$this->assertSame( [ [
			'event' => 'late-changes',
			'count' => 2,
			'changes' => '17 (1 min 30 s late, for dewiki, enwiki); 18 (nobody knows how late, for no client)',
			'lateChanges' => $late,
		] ], $this->logger->contexts( 'warning' ) );
	}

	public function test_of_very_many_late_changes_the_first_are_named(): void {
		$this->hear( 'late-changes', [ 'lateChanges' => array_map(
			static fn ( int $id ) => [ 'id' => $id, 'lateBy' => 5, 'clients' => [ 'enwiki' ] ], range( 1, 200 )
		) ] );
		[ $context ] = $this->logger->contexts( 'warning' );
		$this->assertSame( 200, $context['count'] );
		$this->assertStringEndsWith( '; 20 (5 s late, for enwiki); …', $context['changes'] );
		$this->assertCount( 20, $context['lateChanges'] );
	}

	public function test_each_warning_is_logged_once_an_hour(): void {
		foreach ( [ 0.0, 3599.0 ] as $seconds ) {
			$this->now += $seconds;
			foreach ( [ 'lock-waits', 'unsafe-topology', 'no-ledger' ] as $warning ) {
				$this->hear( $warning );
			}
		}
		$this->assertSame( [ 'lock-waits', 'unsafe-topology', 'no-ledger' ], $this->warnings() );
		$this->now += 1.0;
		$this->hear( 'no-ledger' );
		$this->assertSame( [ 'lock-waits', 'unsafe-topology', 'no-ledger', 'no-ledger' ], $this->warnings() );
	}

	public function test_clients_that_were_set_back_are_one_warning(): void {
		$clients = [ [ 'siteId' => 'enwiki', 'seen' => 9, 'highest' => 3 ] ];
		$this->hear( 'buffer-restored', [ 'count' => 1, 'clients' => $clients ] );
		$this->assertSame( [ [ 'event' => 'buffer-restored', 'count' => 1, 'clients' => $clients ] ],
			$this->logger->contexts( 'warning' ) );
	}

	public function test_bad_changes_of_a_pass_are_one_warning_with_the_client(): void {
		$this->hear( 'bad-changes', [ 'client' => 'enwiki', 'badChanges' => [
			[ 'id' => 5, 'reason' => 'not JSON' ], [ 'id' => 9, 'reason' => 'no diff' ],
		] ] );
		$this->assertSame( [ [
			'event' => 'bad-changes', 'where' => 'the pass for enwiki', 'count' => 2,
			'reasons' => '5: not JSON; 9: no diff', 'badChanges' => [ 5 => 'not JSON', 9 => 'no diff' ],
			'client' => 'enwiki',
		] ], $this->logger->contexts( 'warning' ) );
	}

	public function test_bad_changes_that_a_trigger_meets_are_of_no_client(): void {
		$bad = [ [ 'id' => 5, 'reason' => 'not JSON' ] ];
		$this->hear( 'bad-changes', [ 'client' => null, 'badChanges' => $bad ] );
		[ $context ] = $this->logger->contexts( 'warning' );
		$this->assertSame( 'the change buffer', $context['where'] );
		$this->assertArrayNotHasKey( 'client', $context );
	}

	public function test_many_bad_changes_are_counted_but_not_all_shown(): void {
		$bad = array_map( static fn ( int $id ) => [ 'id' => $id, 'reason' => 'not JSON' ], range( 1, 500 ) );
		$this->hear( 'bad-changes', [ 'client' => 'enwiki', 'badChanges' => $bad ] );
		[ $context ] = $this->logger->contexts( 'warning' );
		$this->assertSame( 500, $context['count'] );
		$this->assertLessThan( 50, count( $context['badChanges'] ) );
		$this->assertStringEndsWith( '…', $context['reasons'] );
	}

	public function test_g9_a_client_that_fails_is_an_error_once_and_counted_from_then_on(): void {
		foreach ( [ 'pass-failed' => 1, 'pass-failed-again' => 2 ] as $name => $failures ) {
			$event = [ 'client' => 'enwiki', 'failures' => $failures, 'cause' => [ 'host' => 0 ] ];
			$this->hear( $name, $event, new RuntimeException( 'queue is down', 42 ) );
		}
		[ $error ] = $this->logger->contexts( 'error' );
		$this->assertSame( [ 'enwiki', 1, 42, true ],
			[ $error['client'], $error['failures'], $error['code'], $error['retryable'] ] );
		$this->assertSame( 'queue is down', $error['exception']->getMessage() );
		$this->assertArrayNotHasKey( 'cause', $error, 'a number that means something only to the job' );
		$this->assertSame( [ 2 ], array_column( $this->logger->contexts( 'info' ), 'failures' ) );
	}

	public function test_a_client_that_has_to_wait_is_no_failure(): void {
		$event = [ 'client' => 'enwiki', 'cause' => [ 'native' => 0 ] ];
		$this->hear( 'pass-deferred', $event, new ClientRestingException( 'it rests' ) );
		$this->assertSame( [ [ 'event' => 'pass-deferred', 'client' => 'enwiki', 'reason' => 'it rests' ] ],
			$this->logger->contexts( 'info' ) );
	}

	public function test_a_rollout_names_the_clients_or_says_that_there_are_none(): void {
		$this->hear( 'rollout-changed', [ 'on' => [ 'dewiki', 'enwiki' ], 'shadow' => [] ] );
		$this->assertSame( [ [ 'event' => 'rollout-changed', 'on' => 'dewiki, enwiki', 'shadow' => 'none' ] ],
			$this->logger->contexts( 'info' ) );
	}

	public function test_clients_that_are_not_configured_are_a_warning_beside_the_prune(): void {
		$pruned = [ 'deleted' => 3, 'cutoff' => 9, 'isMoreLeft' => false, 'uninitialised' => [] ];
		$this->hear( 'pruned', $pruned + [ 'unconfigured' => [] ] );
		$this->assertSame( [], $this->logger->contexts( 'warning' ) );
		$gone = [ [ 'siteId' => 'gonewiki', 'seen' => 1, 'holdsBack' => true ] ];
		$this->hear( 'pruned', $pruned + [ 'unconfigured' => $gone ] );
		$this->assertSame( array_fill( 0, 2, [ 'event' => 'pruned' ] + $pruned ), $this->logger->contexts( 'info' ) );
		$this->assertSame( [ [ 'event' => 'unconfigured-clients', 'count' => 1, 'clients' => $gone ] ],
			$this->logger->contexts( 'warning' ) );
	}

	/**
	 * @return list<string>
	 */
	private function warnings(): array {
		return array_column( $this->logger->contexts( 'warning' ), 'event' );
	}

	private function hear( string $name, array $event = [], ?Throwable $e = null ): void {
		$this->log->hear( $name, $event + [ 'event' => $name ], $e, new ThrownByJob( new ScriptedJob( [] ) ) );
	}
}
