<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Plot;

use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Path;
use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Scale;
use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Series;
use PHPUnit\Framework\TestCase;

/**
 * Lines, in the words of SVG: 720 wide, 200 high, zero at the bottom.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Path
 */
class PathTest extends TestCase {

	public function test_a_line_goes_through_the_middle_of_its_columns(): void {
		$this->assertSame( 'M90 200h0L270 100L450 0L630 200', $this->path( [ 0, 2, 4, 0 ] ) );
	}

	public function test_it_is_interrupted_where_nothing_is_known_and_what_is_known_alone_is_a_dot(): void {
		$this->assertSame( 'M90 200h0M450 0h0L630 200', $this->path( [ 0, null, 4, 0 ] ) );
		$this->assertSame( '', $this->path( [ null, null ] ) );
	}

	public function test_a_rate_holds_for_the_whole_of_its_column(): void {
		$this->assertSame( 'M0 200H180L180 0H360M540 100H720', $this->path( [ 0, 4, null, 2 ], true ) );
	}

	public function test_what_is_filled_reaches_down_to_the_axis(): void {
		$this->assertSame(
			'M0 100H180L180 0H360V200H0ZM540 100H720V200H540Z',
			Path::areaOf( new Series( 'in', 'In', [ 2, 4, null, 2 ], 2.0, true ), Scale::ofCounts( 4 ) )
		);
	}

	public function test_numbers_are_written_for_machines_whatever_the_language(): void {
		$path = $this->path( [ 1 / 3, 2 / 3, 1.23456, 3, 1, 2, 1 ] );
		$this->assertMatchesRegularExpression( '/^[MLh0-9. ]+$/', $path );
	}

	private function path( array $values, bool $isStepped = false ): string {
		return Path::of( new Series( 'in', 'In', $values, end( $values ), $isStepped ), Scale::ofCounts( 4 ) );
	}
}
