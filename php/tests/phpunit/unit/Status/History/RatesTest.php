<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\History;

use MediaWiki\Extension\WikibaseDispatch\Status\History\Rates;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Sample;
use PHPUnit\Framework\TestCase;

/**
 * Rates, from positions that were noted.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\History\Rates
 */
class RatesTest extends TestCase {

	private const NOW = 1_800_000_000;

	public function test_rates_are_measured_over_the_last_ten_minutes(): void {
		$rates = Rates::now(
			[ $this->sample( 900, 0, 0 ), $this->sample( 600, 100, 100 ), $this->sample( 60, 500, 120 ) ],
			$this->sample( 0, 600, 150 )
		);
		$this->assertSame( [ 50.0, 5.0 ], [ $rates->in, $rates->delivered ] );
	}

	public function test_where_nothing_was_noted_of_late_the_last_sample_counts(): void {
		$rates = Rates::now(
			[ $this->sample( 3000, 0, 0 ), $this->sample( 1200, 100, 100 ) ], $this->sample( 0, 300, 200 )
		);
		$this->assertSame( [ 10.0, 5.0 ], [ $rates->in, $rates->delivered ] );
	}

	public function test_of_old_samples_alone_no_present_rate_is_told(): void {
		$this->assertNull( Rates::now( [], $this->sample( 0, 300, 200 ) ) );
		$this->assertNull( Rates::now( [ $this->sample( 3601, 0, 0 ) ], $this->sample( 0, 300, 200 ) ) );
	}

	public function test_a_sample_of_this_very_second_is_no_rate(): void {
		$this->assertNull( Rates::now( [ $this->sample( 0, 300, 200 ) ], $this->sample( 0, 300, 200 ) ) );
	}

	public function test_a_table_that_was_begun_anew_has_no_negative_rate(): void {
		$this->assertNull( Rates::between( $this->sample( 60, 900, 900 ), $this->sample( 0, 3, 3 ) ) );
		$this->assertNull( Rates::between( $this->sample( 60, 900, 900 ), $this->sample( 0, 950, 0 ) ) );
	}

	private function sample( int $age, int $newest, int $seen ): Sample {
		return new Sample( self::NOW - $age, $newest, $seen, 0, 'healthy', [] );
	}
}
