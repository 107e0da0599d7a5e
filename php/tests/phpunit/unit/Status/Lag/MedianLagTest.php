<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Lag;

use HashBagOStuff;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Status\Lag\MedianLag;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use WikibaseDispatch\ClientLag;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\LagReport;
use Wikimedia\ObjectCache\WANObjectCache;

/**
 * How often the lag is looked up, and by which process.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Lag\MedianLag
 */
class MedianLagTest extends TestCase {

	private RecordingLogger $logger;
	private float $now = 1_800_000_000.0;
	private int $lookUps = 0;

	protected function setUp(): void {
		$this->logger = new RecordingLogger();
	}

	public function test_an_answer_is_good_for_some_seconds(): void {
		$lag = $this->lag( fn () => $this->report( 100 + $this->lookUps ) );
		$this->assertSame( [ 'siteId' => 'enwiki', 'seconds' => 101 ], $lag->get() );
		$this->now += 4;
		$this->assertSame( 101, $lag->get()['seconds'] );
		$this->now += 2;
		$this->assertSame( 102, $lag->get()['seconds'] );
		$this->assertSame( 2, $this->lookUps );
	}

	public function test_one_request_looks_and_the_others_take_what_was_found_before(): void {
		$others = [];
		$lag = $this->lag( function () use ( &$lag, &$others ) {
			$others[] = $lag->get();
			return $this->report( 100 + $this->lookUps );
		} );
		$lag->get();
		$this->now += 6;
		$lag->get();
		$this->assertSame( [ null, [ 'siteId' => 'enwiki', 'seconds' => 101 ] ], $others );
		$this->assertSame( 2, $this->lookUps );
	}

	public function test_a_failure_is_logged_once_and_not_looked_for_again_at_once(): void {
		$lag = $this->lag( static function () {
			throw new RuntimeException( 'no database', 7 );
		} );
		$this->assertNull( $lag->get() );
		$this->assertNull( $lag->get() );
		$this->assertSame( 1, $this->lookUps );
		$this->assertSame( [ 7 ], array_column( $this->logger->contexts( 'error' ), 'code' ) );
	}

	public function test_without_clients_there_is_no_lag(): void {
		$this->assertNull( $this->lag( fn () => $this->report( null ) )->get() );
		$this->assertSame( [], $this->logger->records );
	}

	public function test_a_host_without_the_module_reports_none_and_logs_nothing(): void {
		$this->assertNull( $this->lag( fn () => $this->report( 100 ), isUsable: false )->get() );
		$this->assertSame( 0, $this->lookUps );
		$this->assertSame( [], $this->logger->records );
	}

	private function report( ?int $seconds ): LagReport {
		$median = null;
		if ( $seconds !== null ) {
			$median = $this->createMock( ClientLag::class );
			$median->method( 'siteId' )->willReturn( 'enwiki' );
			$median->method( 'seconds' )->willReturn( $seconds );
		}
		$report = $this->createMock( LagReport::class );
		$report->method( 'median' )->willReturn( $median );
		return $report;
	}

	private function lag( callable $report, bool $isUsable = true ): MedianLag {
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'lag' )->willReturnCallback( function () use ( $report ) {
			$this->lookUps++;
			return $report();
		} );
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'isUsable' )->willReturn( $isUsable );
		$native->method( 'dispatcher' )->willReturn( $dispatcher );
		$store = new HashBagOStuff();
		$store->setMockTime( $this->now );
		// Asked for first, so that it is known by its present name, too.
		class_exists( WANObjectCache::class );
		$cache = new WANObjectCache( [ 'cache' => $store ] );
		$cache->setMockTime( $this->now );
		return new MedianLag( $native, $cache, $this->logger );
	}
}
