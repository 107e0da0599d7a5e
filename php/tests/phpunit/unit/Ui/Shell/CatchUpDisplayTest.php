<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\CatchUpDisplay;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Terminal;
use PHPUnit\Framework\TestCase;

/**
 * What somebody sees who watches, and what a log file gets.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Shell\CatchUpDisplay
 */
class CatchUpDisplayTest extends TestCase {

	private float $now = 100.0;
	/** @var resource */
	private $stream;

	protected function setUp(): void {
		$this->stream = fopen( 'php://memory', 'w+' );
	}

	public function test_a_terminal_shows_a_bar_with_rate_and_time_left(): void {
		$display = $this->display( true );
		$display->begins( 3, 30_000 );
		$this->now += 5;
		$display->goesOn( 2, 15_000 );
		$this->now += 4;
		$display->goesOn( 1, 3_000 );
		$display->closeBar();
		$this->assertSame( [
			'3 clients are behind, by 30,000 changes in total.',
			'',
			'[========        ]  50 %  2 clients, 15,000 to go, 3,000/s, 0:05 left',
			'[==============  ]  90 %  1 client, 3,000 to go, 3,000/s, 0:01 left',
		], $this->written() );
	}

	public function test_a_bar_is_not_drawn_more_often_than_eyes_can_see_and_always_at_its_end(): void {
		$display = $this->display( true );
		$display->begins( 1, 1000 );
		$this->now += 1;
		$display->goesOn( 1, 500 );
		for ( $i = 0; $i < 50; $i++ ) {
			$this->now += 0.001;
			$display->goesOn( 1, 500 - $i );
		}
		$display->goesOn( 0, 0 );
		$display->goesOn( 0, 0 );
		$display->closeBar();
		$this->assertCount( 4, $this->written() );
		$this->assertStringContainsString( '100 %  0 clients', $this->written()[3] );
	}

	public function test_a_bar_fits_a_narrow_terminal(): void {
		$display = $this->display( true, 40 );
		$display->begins( 1, 1000 );
		$this->now += 1;
		$display->goesOn( 1, 500 );
		$this->assertSame( 39, mb_strlen( $this->written()[2] ) );
	}

	public function test_a_file_gets_a_line_now_and_then_and_no_control_characters(): void {
		$display = $this->display( false );
		$display->begins( 2, 36_000 );
		for ( $second = 1; $second <= 25; $second++ ) {
			$this->now += 1;
			$display->goesOn( 2, 36_000 - $second * 4 );
		}
		$display->closeBar();
		$this->assertSame( [
			'2 clients are behind, by 36,000 changes in total.',
			'  0 %  2 clients, 35,960 to go, 4/s, 2:29:50 left',
			'  0 %  2 clients, 35,920 to go, 4/s, 2:29:40 left',
		], $this->written() );
	}

	public function test_who_is_waited_for_is_said_once(): void {
		$display = $this->display( false );
		$display->begins( 2, 10 );
		$display->waits( [ 'enwiki' => 'cannot begin a pass for enwiki: it rests, for 9 s at most' ] );
		$display->waits( [ 'enwiki' => 'cannot begin a pass for enwiki: it rests, for 8 s at most' ] );
		$this->assertSame( 'Waiting: cannot begin a pass for enwiki: it rests, for 9 s at most.', $this->written()[1] );
		$this->assertCount( 2, $this->written() );
	}

	public function test_changes_that_come_in_meanwhile_do_not_make_less_than_nothing(): void {
		$display = $this->display( false );
		$display->begins( 1, 10 );
		$this->now += 10;
		$display->goesOn( 2, 20 );
		$this->assertSame( '  0 %  2 clients, 20 to go, 0/s', $this->written()[1] );
	}

	public function test_where_no_client_is_behind_it_says_so(): void {
		$this->display( false )->begins( 0, 0 );
		$this->assertSame( 'No client is behind.', $this->written()[0] );
	}

	private function display( bool $isWatched, int $columns = 100 ): CatchUpDisplay {
		return new CatchUpDisplay(
			new Terminal( $this->stream, $isWatched, $columns, 25 ),
			fn (): float => $this->now
		);
	}

	/**
	 * @return list<string> lines, and what was written over each other
	 */
	private function written(): array {
		rewind( $this->stream );
		$text = str_replace( "\e[K", '', stream_get_contents( $this->stream ) );
		return preg_split( '/[\n\r]/', preg_replace( '/\n$/', '', $text ) );
	}
}
