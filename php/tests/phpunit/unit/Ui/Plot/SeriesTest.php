<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Plot;

use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Series;
use PHPUnit\Framework\TestCase;

/**
 * A series in fewer parts than it has values.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Series
 */
class SeriesTest extends TestCase {

	public function test_a_part_is_as_high_as_its_highest_value(): void {
		$this->assertSame( [ 2.0, 3.0, null ], $this->series( [ 1.0, 2.0, 3.0, null, null ] )->inParts( 3 ) );
	}

	public function test_it_ends_with_what_is_the_case_now_known_or_not(): void {
		$this->assertSame( [ 1.0, 7.0, 2.0 ], ( new Series( 'in', 'In', [ 1.0, 7.0, 9.0 ], 2.0 ) )->values );
		$this->assertSame( [ 1.0, 7.0, null ], ( new Series( 'in', 'In', [ 1.0, 7.0, 9.0 ], null ) )->values );
	}

	public function test_a_series_of_nothing_has_no_parts(): void {
		$this->assertSame( [], $this->series( [] )->inParts( 3 ) );
	}

	private function series( array $values ): Series {
		return new Series( 'in', 'In', $values, null );
	}
}
