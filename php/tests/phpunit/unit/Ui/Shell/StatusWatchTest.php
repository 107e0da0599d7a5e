<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Shell;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain\SampleStatus;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Line;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusWatch;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Style;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Terminal;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use WikibaseDispatch\DispatchException;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Looking again and again.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusWatch
 */
class StatusWatchTest extends TestCase {

	/** @var list<string> what happened, in order */
	private array $steps = [];

	public function test_each_look_sees_what_is_there_now_and_the_last_one_is_told(): void {
		$watch = $this->watch( fn () => SampleStatus::farm( [], waiting: count( $this->steps ) ) );
		$last = $watch->watch( 2, $this->step( 'show' ), fn () => count( $this->steps ) >= 7 );
		$this->assertSame( [ 'flush', 'read', 'show', 'sleep', 'flush', 'read', 'show' ], $this->steps );
		$this->assertSame( 6, $last->waiting() );
	}

	public function test_g14_a_look_that_fails_is_shown_with_the_last_status_and_the_next_may_succeed(): void {
		$watch = $this->watch( self::looking( true, false, true ) );
		$shown = [];
		$watch->watch(
			2,
			static function ( FarmStatus $status, ?RuntimeException $failure ) use ( &$shown ): void {
				$shown[] = $failure?->getMessage();
			},
			static function () use ( &$shown ): bool {
				return count( $shown ) >= 3;
			}
		);
		$this->assertSame( [ null, 'the server has gone', null ], $shown );
	}

	public function test_who_stops_after_a_look_that_failed_does_not_learn_that_all_is_well(): void {
		$watch = $this->watch( self::looking( true, false ) );
		$this->expectExceptionMessage( 'the server has gone' );
		$watch->watch( 2, $this->step( 'show' ), fn () => count( array_keys( $this->steps, 'show' ) ) >= 2 );
	}

	public function test_a_page_is_drawn_over_the_last_one_and_fits_the_terminal(): void {
		$stream = fopen( 'php://memory', 'w+' );
		( new Terminal( $stream, true, 10, 4 ) )->page( [
			new Line( 'a line that is too long', Style::Bad ), new Line( '日本語の長い行です' ), new Line( '3' ),
			new Line( '4' ),
		] );
		$this->assertSame( "\e[H\e[Ja line th…\n日本語の…\n3\n", self::written( $stream ) );
	}

	public function test_colours_are_there_where_they_are_wanted_and_take_no_room(): void {
		$stream = fopen( 'php://memory', 'w+' );
		( new Terminal( $stream, true, 10, 4, true ) )->page( [
			new Line( 'a line that is too long', Style::Bad ), new Line( 'short' ), new Line( '', Style::Good ),
		] );
		$this->assertSame( "\e[H\e[J\e[31ma line th…\e[0m\nshort\n\n", self::written( $stream ) );
	}

	public function test_who_wants_no_colours_gets_none(): void {
		$before = [ getenv( 'NO_COLOR' ), getenv( 'TERM' ) ];
		$wants = static function ( string $noColor, string $term ): bool {
			putenv( "NO_COLOR=$noColor" );
			putenv( "TERM=$term" );
			return Terminal::wantsColours();
		};
		$answers = [ $wants( '', 'xterm' ), $wants( '1', 'xterm' ), $wants( '', 'dumb' ) ];
		putenv( $before[0] === false ? 'NO_COLOR' : "NO_COLOR=$before[0]" );
		putenv( $before[1] === false ? 'TERM' : "TERM=$before[1]" );
		$this->assertSame( [ true, false, false ], $answers );
	}

	public function test_a_file_gets_one_page_after_the_other(): void {
		$stream = fopen( 'php://memory', 'w+' );
		$terminal = new Terminal( $stream, false, 10, 4 );
		$terminal->page( [ new Line( 'a line that is too long' ) ] );
		$terminal->page( [ new Line( '2' ) ] );
		$this->assertSame( "a line that is too long\n\n2\n\n", self::written( $stream ) );
	}

	/**
	 * @param bool ...$looks whether each succeeds
	 * @return Closure():FarmStatus
	 */
	private static function looking( bool ...$looks ): Closure {
		return static function () use ( &$looks ): FarmStatus {
			return array_shift( $looks )
				? SampleStatus::farm( [] ) : throw new DispatchException( 'the server has gone' );
		};
	}

	/**
	 * @param Closure():FarmStatus $look
	 */
	private function watch( Closure $look ): StatusWatch {
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'flushReplicaSnapshots' )->willReturnCallback( $this->step( 'flush' ) );
		$reader = $this->createMock( StatusReader::class );
		$reader->method( 'read' )->willReturnCallback( function () use ( $look ): FarmStatus {
			$this->steps[] = 'read';
			return $look();
		} );
		return new StatusWatch( $reader, $loadBalancers, $this->step( 'sleep' ) );
	}

	private function step( string $name ): Closure {
		return function () use ( $name ): void {
			$this->steps[] = $name;
		};
	}

	/**
	 * @param resource $stream
	 */
	private static function written( $stream ): string {
		rewind( $stream );
		return stream_get_contents( $stream );
	}
}
