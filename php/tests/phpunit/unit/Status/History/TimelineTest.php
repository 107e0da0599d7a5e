<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\History;

use MediaWiki\Extension\WikibaseDispatch\Status\History\Sample;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Timeline;
use MediaWiki\Extension\WikibaseDispatch\Status\History\TimeWindow;
use PHPUnit\Framework\TestCase;

/**
 * What a plot is told of each of its columns: of three hours, a minute each.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\History\Timeline
 */
class TimelineTest extends TestCase {

	/** A whole minute, so that a column is one of the clock. */
	private const TO = 1_800_000_000;

	public function test_a_level_stands_in_the_column_of_its_time(): void {
		$levels = $this->timeline( [ $this->sample( 10800, 5 ), $this->sample( 7200, 7 ), $this->sample( 0, 9 ) ] )
			->medianLag();
		$this->assertSame( [ 0 => 5.0, 60 => 7.0, 179 => 9.0 ], self::known( $levels ) );
	}

	public function test_of_two_levels_in_a_column_the_higher_is_told(): void {
		$levels = $this->timeline( [ $this->sample( 59, 5 ), $this->sample( 30, 9 ), $this->sample( 0, 7 ) ] )
			->medianLag();
		$this->assertSame( [ 179 => 9.0 ], self::known( $levels ) );
	}

	public function test_samples_that_follow_each_other_closely_are_joined_and_others_are_not(): void {
		$levels = $this->timeline( [ $this->sample( 1200, 10 ), $this->sample( 1080, 20 ), $this->sample( 600, 0 ) ] )
			->medianLag();
		$this->assertSame( [ 160 => 10.0, 161 => 15.0, 162 => 20.0, 170 => 0.0 ], self::known( $levels ) );
	}

	public function test_a_client_that_was_not_among_the_worst_did_not_lag_or_is_unknown(): void {
		$full = array_combine( array_map( static fn ( int $i ) => "w{$i}wiki", range( 1, Sample::WORST ) ),
			array_fill( 0, Sample::WORST, 40 ) );
		$levels = $this->timeline( [
			$this->sample( 180, 0, [ 'enwiki' => 30 ] ),
			$this->sample( 120, 0, [ 'dewiki' => 30 ] ),
			$this->sample( 60, 0, $full ),
		] )->lagOf( 'enwiki' );
		$this->assertSame( [ 177 => 30.0, 178 => 0.0 ], self::known( $levels ) );
	}

	public function test_the_worst_are_those_that_lagged_most_over_the_whole_time(): void {
		$timeline = $this->timeline( [
			$this->sample( 20_000, 0, [ 'oldwiki' => 100_000 ] ),
			$this->sample( 300, 0, [ 'blipwiki' => 90 ] ),
			$this->sample( 120, 0, [ 'enwiki' => 60, '123' => 10 ] ),
			$this->sample( 60, 0, [ 'enwiki' => 60, '123' => 10 ] ),
		] );
		$this->assertSame( [ 'enwiki', 'blipwiki', '123' ], $timeline->worst( 4 ) );
		$this->assertSame( [ 'enwiki' ], $timeline->worst( 1 ) );
	}

	public function test_a_rate_holds_from_one_sample_to_the_next_unless_nobody_was_there_in_between(): void {
		$timeline = $this->timeline( [
			new Sample( self::TO - 3600, -50, 0, 0, 'healthy', [] ),
			new Sample( self::TO - 420, 30, 3, 0, 'healthy', [] ),
			new Sample( self::TO - 120, 80, 8, 0, 'healthy', [] ),
			new Sample( self::TO - 60, 100, 8, 0, 'healthy', [] ),
		] );
		$this->assertEqualsWithDelta(
			array_fill( 173, 5, 10.0 ) + [ 178 => 20.0 ], self::known( $timeline->in() ), 1e-9
		);
		$this->assertEqualsWithDelta(
			array_fill( 173, 5, 1.0 ) + [ 178 => 0.0 ], self::known( $timeline->delivered() ), 1e-9
		);
	}

	public function test_a_column_with_two_rates_tells_their_average(): void {
		$timeline = $this->timeline( [
			new Sample( self::TO - 120, 0, 0, 0, 'healthy', [] ),
			new Sample( self::TO - 75, 45, 0, 0, 'healthy', [] ),
			new Sample( self::TO - 15, 45, 0, 0, 'healthy', [] ),
		] );
		$this->assertEqualsWithDelta( [ 178 => 45.0, 179 => 0.0 ], self::known( $timeline->in() ), 1e-9 );
	}

	public function test_no_rate_is_measured_over_a_few_seconds(): void {
		$timeline = $this->timeline( [
			new Sample( self::TO - 120, 0, 0, 0, 'healthy', [] ),
			new Sample( self::TO - 119, 50, 0, 0, 'healthy', [] ),
			new Sample( self::TO - 60, 60, 0, 0, 'healthy', [] ),
			new Sample( self::TO - 20, 90, 0, 0, 'healthy', [] ),
		] );
		$this->assertEqualsWithDelta( [ 178 => 60.0 ], self::known( $timeline->in() ), 1e-9 );
	}

	public function test_nothing_is_told_where_nothing_is_known(): void {
		$timeline = $this->timeline( [] );
		foreach ( [ $timeline->medianLag(), $timeline->lagOf( 'enwiki' ), $timeline->in() ] as $values ) {
			$this->assertSame( array_fill( 0, TimeWindow::COLUMNS, null ), $values );
		}
		$this->assertSame( [], $timeline->worst( 4 ) );
	}

	private function timeline( array $samples ): Timeline {
		return new Timeline( new TimeWindow( 3, self::TO ), $samples );
	}

	private function sample( int $age, int $medianLag, array $worst = [] ): Sample {
		return new Sample( self::TO - $age, 100, 100, $medianLag, 'healthy', $worst );
	}

	private static function known( array $values ): array {
		return array_filter( $values, static fn ( ?float $value ) => $value !== null );
	}
}
