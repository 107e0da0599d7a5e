<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\History;

use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientSample;
use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientTimeline;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Sample;
use MediaWiki\Extension\WikibaseDispatch\Status\History\TimeWindow;
use PHPUnit\Framework\TestCase;

/**
 * What the plots of one client show. A column is a minute.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\History\ClientTimeline
 */
class ClientTimelineTest extends TestCase {

	private const NOW = 1_800_000_000;
	private const FROM = self::NOW - 3 * 3600;

	public function test_rare_samples_are_joined_and_those_of_the_farm_fill_in_what_they_know(): void {
		$lag = $this->timeline( [ 0 => [ 0, 100, 0 ], 10 => [ 0, 200, 0 ] ] )->lag( 'enwiki', [
			$this->sample( 4, [ 'enwiki' => 500 ] ),
			// Eight others were worse: nothing is known of it.
			$this->sample( 5, array_fill_keys( range( 1, 8 ), 900 ) ),
			$this->sample( 40, [] ),
		] );
		$this->assertSame(
			[ 100.0, 200.0, 300.0, 400.0, 500.0, 450.0 ], array_map( 'floatval', array_slice( $lag, 0, 6 ) )
		);
		$this->assertSame( [ 200.0, null ], array_slice( $lag, 10, 2 ) );
		$this->assertSame( [ null, 0.0, null ], array_slice( $lag, 39, 3 ) );
	}

	public function test_what_was_dispatched_is_the_difference_of_positions_and_unknown_where_these_go_back(): void {
		$rates = $this->timeline( [
			0 => [ 1000, 0, 0 ], 10 => [ 1500, 0, 0 ], 20 => [ 200, 0, 0 ], 30 => [ 200, 0, 0 ], 60 => [ 900, 0, 0 ],
		] )->dispatched();
		$this->assertSame( 50.0, (float)$rates[5] );
		$this->assertNull( $rates[15] );
		$this->assertSame( 0.0, (float)$rates[25] );
		$this->assertNull( $rates[45], 'nobody was there' );
	}

	public function test_failures_are_shown_as_they_were(): void {
		$failures = $this->timeline( [ 0 => [ 0, 0, 0 ], 10 => [ 0, 0, 4 ] ] )->failures();
		$this->assertSame( [ 0.0, 4.0, null ], [ $failures[0], $failures[10], $failures[11] ] );
	}

	/**
	 * @param array<int,array{int,int,int}> $samples minute => seen, lag, failures
	 */
	private function timeline( array $samples ): ClientTimeline {
		$list = [];
		foreach ( $samples as $minute => $values ) {
			$list[] = new ClientSample( 'enwiki', self::FROM + $minute * 60, ...$values );
		}
		return new ClientTimeline( new TimeWindow( 3, self::NOW ), $list );
	}

	private function sample( int $minute, array $worst ): Sample {
		return new Sample( self::FROM + $minute * 60, 1, 1, 0, 'healthy', $worst );
	}
}
