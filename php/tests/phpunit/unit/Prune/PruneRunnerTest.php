<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Prune;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Prune\PruneRunner;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use RuntimeException;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\ILoadBalancer;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\PruneOutcome;

/**
 * In which order batches are deleted and replicas waited for, and when a run ends.
 */
class PruneRunnerTest extends TestCase {

	/** @var list<string> what happened, in order */
	private array $steps = [];
	private RecordingQueues $queues;
	private RecordingLogger $logger;
	private float $now = 0.0;
	/** How many waits for replicas succeed. */
	private int $patience = PHP_INT_MAX;
	private float $secondsPerBatch = 0.0;

	protected function setUp(): void {
		$this->queues = new RecordingQueues();
		$this->logger = new RecordingLogger();
	}

	public function test_g8_replicas_are_waited_for_before_each_batch_and_nothing_of_ours_is_open_then(): void {
		$this->runner( [ self::batch( true ), self::batch( false ) ] )->run();
		$round = [ 'connect', 'wait', 'commit', 'prune' ];
		$this->assertSame( [ ...$round, ...$round ], $this->steps );
		$this->assertSame( [], $this->queues->pushed );
		$this->assertSame( 1000, $this->logger->contexts( 'info' )[0]['deleted'] );
	}

	public function test_g8_replicas_that_do_not_follow_end_the_run_without_a_successor(): void {
		$this->patience = 1;
		$this->runner( [ self::batch( true ), self::batch( true ) ] )->run();
		$this->assertSame( 1, $this->countSteps( 'prune' ) );
		$this->assertSame( [], $this->queues->pushed );
		$this->assertCount( 1, $this->logger->contexts( 'warning' ) );
	}

	public function test_g8_nothing_is_deleted_while_replicas_are_behind_already(): void {
		$this->patience = 0;
		$this->runner( [ self::batch( true ) ] )->run();
		$this->assertSame( 0, $this->countSteps( 'prune' ) );
	}

	public function test_a_run_ends_in_time_and_leaves_a_successor(): void {
		$this->secondsPerBatch = 25.0;
		$this->runner( array_fill( 0, 10, self::batch( true ) ) )->run();
		$this->assertSame( 3, $this->countSteps( 'prune' ) );
		$this->assertSame( [ 'PruneChanges' ], $this->queues->types() );
		$this->assertSame( [ [] ], array_column( $this->queues->pushed, 'params' ) );
		$this->assertSame( [ true ], array_column( $this->queues->pushed, 'removeDuplicates' ) );
		$this->assertSame( 'commit', end( $this->steps ) );
	}

	public function test_g9_clients_that_are_not_configured_are_reported_once_a_run(): void {
		$gone = [ 'siteId' => 'gonewiki', 'seen' => 5, 'holdsBack' => true ];
		$this->runner( [ self::batch( true, [ $gone ] ), self::batch( false, [ $gone ] ) ] )->run();
		$warnings = $this->logger->contexts( 'warning' );
		$this->assertSame( [ [ 'event' => 'unconfigured-clients', 'count' => 1, 'clients' => [ $gone ] ] ], $warnings );
	}

	public function test_a_failure_is_logged_and_passed_on(): void {
		$runner = $this->runner( [] );
		try {
			$runner->run();
			$this->fail( 'the failure was swallowed' );
		} catch ( RuntimeException $e ) {
			$this->assertSame( 'no more batches', $e->getMessage() );
		}
		$this->assertSame( 7, $this->logger->contexts( 'error' )[0]['code'] );
	}

	private function countSteps( string $step ): int {
		return count( array_keys( $this->steps, $step, true ) );
	}

	/**
	 * @return array{bool,array}
	 */
	private static function batch( bool $isMoreLeft, array $unconfigured = [] ): array {
		return [ $isMoreLeft, $unconfigured ];
	}

	private function outcome( bool $isMoreLeft, array $unconfigured ): PruneOutcome {
		$outcome = $this->createMock( PruneOutcome::class );
		$outcome->method( 'deleted' )->willReturn( 500 );
		$outcome->method( 'isMoreLeft' )->willReturn( $isMoreLeft );
		$outcome->method( 'unconfigured' )->willReturn( $unconfigured );
		return $outcome;
	}

	private function runner( array $batches ): PruneRunner {
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'prune' )->willReturnCallback( function () use ( &$batches ) {
			$this->steps[] = 'prune';
			$this->now += $this->secondsPerBatch;
			if ( $batches === [] ) {
				throw new RuntimeException( 'no more batches', 7 );
			}
			return $this->outcome( ...array_shift( $batches ) );
		} );
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'dispatcher' )->willReturn( $dispatcher );
		return new PruneRunner(
			$native,
			$this->createMock( RolloutKeeper::class ),
			$this->queues,
			new WikiSettings( [], [], 'repowiki', $this->queues, new NullLogger() ),
			$this->loadBalancers(),
			$this->logger,
			fn (): float => $this->now
		);
	}

	private function loadBalancers(): ILBFactory {
		$db = $this->createMock( IDatabase::class );
		$db->method( 'ping' )->willReturnCallback( function () {
			$this->steps[] = 'connect';
			return true;
		} );
		$loadBalancer = $this->createMock( ILoadBalancer::class );
		$loadBalancer->method( 'getConnection' )->with( DB_PRIMARY )->willReturn( $db );
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'getMainLB' )->willReturn( $loadBalancer );
		$loadBalancers->method( 'commitPrimaryChanges' )->willReturnCallback( function () {
			$this->steps[] = 'commit';
		} );
		$loadBalancers->method( 'waitForReplication' )->willReturnCallback( function () {
			$this->steps[] = 'wait';
			return $this->patience-- > 0;
		} );
		return $loadBalancers;
	}
}
