<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain\SampleStatus;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusWatch;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Terminal;
use PHPUnit\Framework\TestCase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Looking again and again.
 */
class StatusWatchTest extends TestCase {

	/** @var list<string> what happened, in order */
	private array $steps = [];

	public function test_each_look_sees_what_is_there_now_and_the_last_one_is_told(): void {
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'flushReplicaSnapshots' )->willReturnCallback( $this->step( 'flush' ) );
		$reader = $this->createMock( StatusReader::class );
		$reader->method( 'read' )->willReturnCallback( function () {
			$this->steps[] = 'read';
			return SampleStatus::farm( [], waiting: count( $this->steps ) );
		} );
		$watch = new StatusWatch( $reader, $loadBalancers, $this->step( 'sleep' ) );
		$last = $watch->watch( 2, $this->step( 'show' ), fn () => count( $this->steps ) >= 7 );
		$this->assertSame( [ 'flush', 'read', 'show', 'sleep', 'flush', 'read', 'show' ], $this->steps );
		$this->assertSame( 6, $last->waiting() );
	}

	public function test_a_page_is_drawn_over_the_last_one_and_fits_the_terminal(): void {
		$stream = fopen( 'php://memory', 'w+' );
		( new Terminal( $stream, true, 10, 4 ) )->page( "a line that is too long\n2\n3\n4\n5\n" );
		rewind( $stream );
		$this->assertSame( "\e[H\e[Ja line tha\n2\n3\n", stream_get_contents( $stream ) );
	}

	public function test_a_file_gets_one_page_after_the_other(): void {
		$stream = fopen( 'php://memory', 'w+' );
		$terminal = new Terminal( $stream, false, 10, 4 );
		$terminal->page( "a line that is too long\n" );
		$terminal->page( "2\n" );
		rewind( $stream );
		$this->assertSame( "a line that is too long\n\n2\n\n", stream_get_contents( $stream ) );
	}

	private function step( string $name ): \Closure {
		return function () use ( $name ): void {
			$this->steps[] = $name;
		};
	}
}
