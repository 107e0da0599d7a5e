<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Rollout;

use PHPUnit\Framework\TestCase;

/**
 * Whatever is rolled out and back at which moment, no change is lost (G1).
 */
class RolloutSimulationTest extends TestCase {

	private const SEEDS = 400;
	private const STEPS = 1500;

	public function test_every_change_reaches_every_client_however_the_rollout_is_switched(): void {
		$first = (int)( getenv( 'ROLLOUT_SEED' ) ?: 1 );
		$switches = $deliveries = $repeats = 0;
		for ( $seed = $first; $seed < $first + ( getenv( 'ROLLOUT_SEED' ) ? 1 : self::SEEDS ); $seed++ ) {
			$simulation = new RolloutSimulation( $seed );
			$simulation->run( self::STEPS );
			foreach ( $simulation->delivered as $client => $delivered ) {
				$lost = array_diff( $simulation->written, array_keys( $delivered ) );
				$this->assertSame( [], array_values( $lost ), "lost for $client; ROLLOUT_SEED=$seed shows it again" );
				$deliveries += count( $delivered );
				$repeats += array_sum( $delivered ) - count( $delivered );
			}
			$switches += $simulation->switches;
		}
		$this->assertGreaterThan( 0, $switches );
		// A switch may repeat what is under way at that moment, and never the whole buffer.
		$this->assertLessThan( 0.5, $repeats / $deliveries );
	}
}
