<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Plot;

use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Scale;
use PHPUnit\Framework\TestCase;

/**
 * What is written at an axis: zero and a few round values, and nothing is higher than the last.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Scale
 */
class ScaleTest extends TestCase {

	/**
	 * @dataProvider provideSeconds
	 */
	public function test_seconds_are_counted_in_what_people_say( float $largest, array $ticks ): void {
		$this->assertEquals( $ticks, Scale::ofSeconds( $largest )->ticks() );
	}

	public static function provideSeconds(): iterable {
		yield 'nothing' => [ 0, [ 0, 5 ] ];
		yield 'seconds' => [ 12, [ 0, 5, 10, 15 ] ];
		yield 'a minute' => [ 55, [ 0, 15, 30, 45, 60 ] ];
		yield 'minutes' => [ 3590, [ 0, 900, 1800, 2700, 3600 ] ];
		yield 'hours' => [ 40_000, [ 0, 10_800, 21_600, 32_400, 43_200 ] ];
		yield 'a year' => [ 86_400 * 365, [ 0, 8_640_000, 17_280_000, 25_920_000, 34_560_000 ] ];
	}

	/**
	 * @dataProvider provideCounts
	 */
	public function test_counts_are_whole_and_round( float $largest, array $ticks ): void {
		$this->assertEquals( $ticks, Scale::ofCounts( $largest )->ticks() );
	}

	public static function provideCounts(): iterable {
		yield 'nothing' => [ 0, [ 0, 1 ] ];
		yield 'less than one' => [ 0.3, [ 0, 1 ] ];
		yield 'a few' => [ 3.5, [ 0, 1, 2, 3, 4 ] ];
		yield 'hundreds' => [ 533, [ 0, 200, 400, 600 ] ];
		yield 'many' => [ 4_000_000, [ 0, 1_000_000, 2_000_000, 3_000_000, 4_000_000 ] ];
	}

	public function test_every_value_has_room_between_few_lines(): void {
		for ( $largest = 0.1; $largest < 1e8; $largest *= 1.37 ) {
			foreach ( [ Scale::ofSeconds( $largest ), Scale::ofCounts( $largest ) ] as $scale ) {
				$this->assertGreaterThanOrEqual( $largest, $scale->end );
				$this->assertLessThanOrEqual( 5, count( $scale->ticks() ) );
				$this->assertEqualsWithDelta( $scale->end, max( $scale->ticks() ), 1e-6 );
			}
		}
	}
}
