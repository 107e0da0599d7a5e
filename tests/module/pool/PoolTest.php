<?php
/**
 * The module in a PHP-FPM pool (G12): its workers share what they should and nothing else, and however a request or a
 * worker ends, no claim, no lock and no session of the database outlives it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchHost;

use MariaRepo;
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/FastCgi.php';
require_once __DIR__ . '/Pool.php';
require_once __DIR__ . '/../phpt/mariadb.inc';

/**
 * @coversNothing
 */
class PoolTest extends TestCase {

	private static MariaRepo $repo;

	private ?Pool $pool = null;

	public static function setUpBeforeClass(): void {
		self::$repo = new MariaRepo();
	}

	protected function setUp(): void {
		foreach ( [ 'wb_changes', 'wb_changes_subscription', 'wb_changes_dispatch' ] as $table ) {
			self::$repo->sql->exec( "TRUNCATE $table" );
		}
		self::$repo->subscribe( 'enwiki', 'Q1' );
		self::$repo->change( 'Q1' );
	}

	protected function tearDown(): void {
		$this->pool?->stop();
	}

	public function test_the_workers_of_a_pool_share_one_gate(): void {
		$pool = $this->pool( [ 'pm.max_children' => 4 ] );
		$requests = [];
		for ( $i = 0; $i < 4; $i++ ) {
			$requests[] = $pool->request( 'gate', [ 'pause' => $pool->file( 'barrier' ) ] );
		}
		$pool->await( 'four workers are at work', fn () => strlen( $this->reached( $pool, 'barrier' ) ) >= 4 );
		$this->go( $pool, 'barrier' );
		$answers = array_map( static fn ( $request ) => explode( ' ', $request->answer() ), $requests );
		$this->assertCount( 4, array_unique( array_column( $answers, 0 ) ) );
		$this->assertSame( 1, array_sum( array_column( $answers, 1 ) ) );
	}

	/**
	 * @dataProvider provideEnds
	 */
	public function test_however_a_request_ends_in_a_pass_the_worker_lives_and_holds_nothing( string $end ): void {
		$pool = $this->pool();
		[ $worker, $changes ] = $this->pass( $pool, [ 'end' => $end ] );
		$this->assertSame( '1', $changes );
		$this->assertNothingIsHeld();
		$this->makeDue();
		$this->assertSame( [ $worker, '1' ], $this->pass( $pool ), 'the same worker does the pass again' );
		$this->assertSame( [ $worker, 'nothing' ], $this->pass( $pool ) );
		$this->assertNothingIsHeld();
	}

	public static function provideEnds(): array {
		return [ 'exit()' => [ 'exit' ], 'a fatal error' => [ 'fatal' ], 'out of memory' => [ 'memory' ] ];
	}

	/** PHP jumps out of the native call then, and no destructor in between runs. */
	public function test_out_of_memory_inside_a_native_call_leaves_a_job_that_can_still_be_asked(): void {
		$pool = $this->pool();
		self::$repo->sql->exec(
			"UPDATE wb_changes SET change_info = CONCAT( '{\"compactDiff\":\"', REPEAT( 'x', 400000 ), '\"}' )"
		);
		for ( $i = 1; $i < 20; $i++ ) {
			self::$repo->sql->exec(
				'INSERT INTO wb_changes SELECT NULL, change_type, change_time, change_object_id, change_revision_id,' .
				' change_user_id, change_info FROM wb_changes LIMIT 1'
			);
		}
		$query = [ 'end' => 'memory-of-the-module', 'format' => 'native' ];
		$answer = $pool->get( 'pass', $this->query( $query ) );
		$this->assertMatchesRegularExpression( '/^\d+ claimed, failed, free: Allowed memory size/', $answer );
		$this->assertNothingIsHeld();
	}

	public function test_a_worker_that_has_served_its_number_of_requests_leaves_nothing_behind(): void {
		$pool = $this->pool( [ 'pm.max_requests' => 2 ] );
		$workers = [];
		for ( $id = 1; $id <= 8; $id++ ) {
			[ $workers[], $changes ] = $this->pass( $pool );
			$this->assertSame( (string)$id, $changes );
			$this->makeDue();
			self::$repo->change( 'Q1' );
		}
		$this->assertCount( 4, array_unique( $workers ) );
		$this->assertNothingIsHeld();
	}

	public function test_a_reload_lets_a_pass_end_and_starts_with_a_fresh_gate(): void {
		$pool = $this->pool( [ 'pm.max_children' => 2 ] );
		$this->assertStringEndsWith( ' 1', $pool->get( 'gate' ) );
		$this->assertStringEndsWith( ' 0', $pool->get( 'gate' ) );
		$running = $pool->request( 'pass', $this->query( [ 'end' => 'pause', 'pause' => $pool->file( 'pass' ) ] ) );
		$pool->await( 'the pass has begun', fn () => $this->reached( $pool, 'pass' ) );
		$this->go( $pool, 'pass' );
		$pool->reload();
		$this->assertStringEndsWith( ' 1', $running->answer() );
		$this->assertSame( 1, $this->seen() );
		$this->assertStringEndsWith( ' 1', $pool->get( 'gate' ), 'a new mapping' );
		$this->assertNothingIsHeld();
	}

	/**
	 * @dataProvider provideSignals
	 */
	public function test_a_worker_that_is_killed_in_a_pass_leaves_it_to_another( int $signal ): void {
		$pool = $this->pool();
		$running = $pool->request( 'pass', $this->query( [ 'end' => 'pause', 'pause' => $pool->file( 'pass' ) ] ) );
		$pool->await( 'the pass has begun', fn () => $this->reached( $pool, 'pass' ) );
		$worker = (int)$this->reached( $pool, 'pass' );
		$this->assertFalse( self::$repo->isLockFree( 'enwiki' ) );
		posix_kill( $worker, $signal );
		$this->assertNull( $running->answer() );
		$this->assertNothingIsHeld();
		$this->assertSame( 0, $this->seen() );
		$answer = null;
		$pool->await( 'its claim has expired', function () use ( $pool, &$answer ) {
			$answer = $pool->get( 'pass', $this->query() );
			return is_string( $answer ) && str_ends_with( $answer, ' 1' );
		} );
		$this->assertNotSame( $worker, (int)$answer );
		$this->assertSame( 1, $this->seen() );
		$this->assertNothingIsHeld();
	}

	public static function provideSignals(): array {
		return [ 'SIGTERM' => [ SIGTERM ], 'SIGKILL' => [ SIGKILL ] ];
	}

	public function test_a_pool_that_is_stopped_in_a_pass_ends_at_once_and_holds_nothing(): void {
		$pool = $this->pool();
		$running = $pool->request( 'pass', $this->query( [ 'end' => 'pause', 'pause' => $pool->file( 'pass' ) ] ) );
		$pool->await( 'the pass has begun', fn () => $this->reached( $pool, 'pass' ) );
		$pool->end( SIGTERM );
		$this->assertNull( $running->answer() );
		$this->assertNothingIsHeld();
		$this->assertSame( 0, $this->seen() );
	}

	public function test_a_worker_that_waits_for_the_database_can_be_stopped(): void {
		$pool = $this->pool();
		$this->pass( $pool );
		self::$repo->change( 'Q1' );
		$this->makeDue();
		$other = self::$repo->connect( 'repo' );
		$other->beginTransaction();
		$other->exec( 'UPDATE wb_changes_dispatch SET chd_touched = "20260101000000"' );
		$running = $pool->request( 'pass', $this->query() );
		$pool->await( 'a statement waits', fn () => (int)self::$repo->sql->query(
			"SELECT COUNT(*) FROM information_schema.PROCESSLIST
			WHERE USER = 'runner' AND COMMAND <> 'Sleep' AND TIME > 0"
		)->fetchColumn() === 1 );
		$pool->end( SIGTERM );
		$this->assertNull( $running->answer() );
		$other->rollBack();
		$this->assertNothingIsHeld();
	}

	public function test_a_panic_in_a_call_is_an_error_of_php_and_the_worker_goes_on_with_another_connection(): void {
		$pool = $this->pool();
		[ $worker, $error ] = explode( ' ', $pool->get( 'pass', $this->query( [ 'panic' => 'call' ] ) ), 2 );
		$this->assertSame( "Error: Rust panic: provoked at call$worker 1", $error );
		$this->assertSame( 1, $this->seen() );
		$this->assertSame( [ $worker, 'nothing' ], $this->pass( $pool ) );
		$this->assertNothingIsHeld();
	}

	public function test_a_panic_while_a_pass_is_given_back_ends_no_worker(): void {
		$pool = $this->pool();
		[ $worker, $changes ] = $this->pass( $pool, [ 'panic' => 'drop', 'end' => 'drop' ] );
		$this->assertSame( '1', $changes );
		$pool->await( 'the same worker takes over when its claim has expired', function () use ( $pool, $worker ) {
			return $this->pass( $pool ) === [ $worker, '1' ];
		} );
		$this->assertNothingIsHeld();
	}

	private function pool( array $settings = [] ): Pool {
		$this->pool = new Pool( getenv( 'PANICKING_MODULE' ), $settings );
		return $this->pool;
	}

	/**
	 * @return list<string> the worker and the ids of the changes
	 */
	private function pass( Pool $pool, array $query = [] ): array {
		return explode( ' ', (string)$pool->get( 'pass', $this->query( $query ) ) );
	}

	private function query( array $query = [] ): array {
		return $query + [ 'database' => self::$repo->socket() ];
	}

	/** Whatever a pass that was given back says of when it is to be tried again. */
	private function makeDue(): void {
		self::$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = NULL, chd_touched = '20260101000000'" );
	}

	private function seen(): int {
		$seen = 'SELECT chd_seen FROM wb_changes_dispatch WHERE chd_disabled = 0';
		return (int)self::$repo->sql->query( $seen )->fetchColumn();
	}

	private function reached( Pool $pool, string $name ): string {
		$file = $pool->file( "$name.reached" );
		return is_file( $file ) ? file_get_contents( $file ) : '';
	}

	private function go( Pool $pool, string $name ): void {
		touch( $pool->file( "$name.go" ) );
	}

	private function assertNothingIsHeld(): void {
		$this->assertSame( 'yes', within( 5, static fn () => self::$repo->sessions() === 0 ), 'a session is left' );
		$this->assertTrue( self::$repo->isLockFree( 'enwiki' ), 'a named lock is left' );
	}
}
