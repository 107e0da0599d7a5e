<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Metrics;

use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metric;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use MediaWiki\Extension\WikibaseDispatch\Status\Metrics\DispatchMetrics;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\ScriptedJob;
use PHPUnit\Framework\TestCase;

/**
 * What is counted of what jobs tell.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Metrics\DispatchMetrics
 */
class DispatchMetricsTest extends TestCase {

	/**
	 * @dataProvider provideEvents
	 */
	public function test_what_is_told_is_counted( string $name, array $event, array $expected ): void {
		$counted = [];
		$metrics = $this->createMock( Metrics::class );
		$metrics->method( 'count' )->willReturnCallback(
			static function ( Metric $metric, int $by = 1, array $labels = [] ) use ( &$counted ): void {
				if ( $by > 0 ) {
					$counted[] = trim( "{$metric->name} $by " . implode( ' ', $labels ) );
				}
			}
		);
		$metrics->method( 'time' )->willReturnCallback(
			static function ( Metric $metric, float $seconds ) use ( &$counted ): void {
				$counted[] = "{$metric->name} $seconds s";
			}
		);
		( new DispatchMetrics( $metrics ) )->hear( $name, $event, null, new ThrownByJob( new ScriptedJob( [] ) ) );
		$this->assertSame( $expected, $counted );
	}

	public static function provideEvents(): array {
		$late = [ 'id' => 7, 'lateBy' => 5, 'clients' => [] ];
		return [
			'a pass' => [
				'pass-finished', [ 'client' => 'enwiki', 'changes' => 5, 'notifications' => 2 ],
				[ 'Passes 1', 'Changes 5 enwiki', 'Notifications 2' ],
			],
			'a pass that fails' => [ 'pass-failed', [ 'client' => 'enwiki' ], [ 'PassFailures 1 enwiki' ] ],
			'and fails again' => [ 'pass-failed-again', [ 'client' => 'enwiki' ], [ 'PassFailures 1 enwiki' ] ],
			'a claim that is lost' => [ 'claim-lost', [ 'client' => 'enwiki' ], [ 'ClaimsLost 1' ] ],
			'a trigger that found somebody' => [ 'triggered', [ 'due' => 1, 'fastForwarded' => 0 ], [ 'Triggers 1' ] ],
			'a trigger that moved somebody' => [
				'triggered', [ 'due' => 0, 'fastForwarded' => 3 ], [ 'Triggers 1', 'FastForwards 3' ],
			],
			'a trigger that found nothing' => [
				'triggered', [ 'due' => 0, 'fastForwarded' => 0 ], [ 'Triggers 1', 'IdleTriggers 1' ],
			],
			'how long it took' => [ 'trigger-ended', [ 'seconds' => 1.5 ], [ 'TriggerTime 1.5 s' ] ],
			'a trigger that fails' => [ 'trigger-failed', [], [ 'TriggerFailures 1' ] ],
			'G7b: late changes, when they are found' => [
				'late-changes', [ 'lateChanges' => [ $late, [ 'id' => 8 ] + $late ] ], [ 'LateChanges 2' ],
			],
			'bad changes' => [
				'bad-changes', [ 'client' => null, 'badChanges' => [ [ 'id' => 7, 'reason' => 'no' ] ] ],
				[ 'BadChanges 1' ],
			],
			'a batch that was pruned' => [ 'batch-pruned', [ 'deleted' => 9 ], [ 'PrunedChanges 9' ] ],
			'the end of pruning, which tells the sum' => [ 'pruned', [ 'deleted' => 9 ], [] ],
		];
	}
}
