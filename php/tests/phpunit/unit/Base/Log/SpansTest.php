<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Log;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans;
use PHPUnit\Framework\TestCase;

/**
 * How times are written.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans
 */
class SpansTest extends TestCase {

	/**
	 * @dataProvider provideSpans
	 */
	public function test_a_span_is_as_exact_as_matters( int $seconds, string $text ): void {
		$this->assertSame( $text, Spans::span( $seconds ) );
	}

	public static function provideSpans(): iterable {
		yield [ -5, '0 s' ];
		yield [ 59, '59 s' ];
		yield [ 60, '1 min' ];
		yield [ 125, '2 min 5 s' ];
		yield [ 1805, '30 min' ];
		yield [ 3600, '1 h' ];
		yield [ 11_520, '3 h 12 min' ];
		yield [ 180_000, '2 d 2 h' ];
	}

	public function test_a_moment_is_that_of_the_database(): void {
		$this->assertSame( '2026-01-31 12:00:00 UTC', Spans::moment( 1_769_860_800 ) );
		$this->assertSame( [ '20 s ago', 'never' ], [ Spans::ago( 100, 120 ), Spans::ago( null, 120 ) ] );
	}
}
