<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metric;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Client\UnknownFormReport;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use PHPUnit\Framework\TestCase;

/**
 * What this version does not know is counted each time, and logged once.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\UnknownFormReport
 */
class UnknownFormReportTest extends TestCase {

	public function test_g17_each_form_is_logged_once_and_counted_each_time(): void {
		$reported = [];
		$counted = 0;
		$metrics = $this->createMock( Metrics::class );
		$metrics->method( 'count' )->willReturnCallback(
			static function ( Metric $metric, int $by ) use ( &$counted ): void {
				$counted += $metric === Metric::UnknownForms ? $by : 0;
			}
		);
		$logger = new RecordingLogger();
		$report = new UnknownFormReport(
			static function ( string $form ) use ( &$reported ): bool {
				$isNews = !isset( $reported[$form] );
				$reported[$form] = true;
				return $isNews;
			},
			$metrics,
			$logger
		);
		$key = [ 'form' => 'compactDiff.lemmaChanges', 'count' => 2, 'change' => 7 ];
		$report->report( [ $key ], 'repowiki' );
		$report->report( [ $key, [ 'form' => 'aspect Z', 'count' => 1, 'change' => null ] ], 'repowiki' );
		$this->assertSame( 5, $counted );
		$this->assertSame( [
			[ 'event' => 'unknown-form', 'repo' => 'repowiki' ] + $key,
			[ 'event' => 'unknown-form', 'repo' => 'repowiki', 'form' => 'aspect Z', 'count' => 1, 'change' => null ],
		], $logger->contexts( 'warning' ) );
	}
}
