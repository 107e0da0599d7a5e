<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Metrics;

use Liuggio\StatsdClient\Factory\StatsdDataFactoryInterface;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\LabelledMetrics;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metric;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\StatsdMetrics;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Status\Metrics\StatusMetrics;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain\SampleStatus;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use Wikimedia\Stats\Emitters\EmitterInterface;
use Wikimedia\Stats\IBufferingStatsdDataFactory;
use Wikimedia\Stats\StatsCache;
use Wikimedia\Stats\StatsFactory;

/**
 * What is counted, by which names.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics
 */
class MetricsTest extends TestCase {

	private const DOCUMENT = __DIR__ . '/../../../../../../docs/monitoring.md';

	/** @var array<string,float> what statsd heard */
	private array $heard = [];

	public function test_statsd_hears_the_same_on_every_version_of_mediawiki_up_to_1_44(): void {
		if ( version_compare( MW_VERSION, '1.45', '>=' ) ) {
			$this->markTestSkipped( 'This MediaWiki has no use for $wgStatsdServer.' );
		}
		$metrics = $this->metrics();
		$metrics->count( Metric::Passes );
		$metrics->count( Metric::Changes, 5, [ 'client' => 'enwiki' ] );
		$metrics->count( Metric::Changes, 2, [ 'client' => 'dewiki' ] );
		$metrics->count( Metric::PrunedChanges, 0 );
		$metrics->time( Metric::TriggerTime, 1.5 );
		$this->assertEquals( [
			'repo_db.wikibase.repo.dispatchChanges.passes' => 1,
			'repo_db.wikibase.repo.dispatchChanges.changes' => 7,
			'repo_db.wikibase.repo.dispatchChanges.changes-per-client.enwiki' => 5,
			'repo_db.wikibase.repo.dispatchChanges.changes-per-client.dewiki' => 2,
			'repo_db.wikibase.repo.dispatchChanges.execute-time' => 1500,
		], $this->heard );
	}

	public function test_every_statistic_is_in_the_table_of_the_documentation(): void {
		$document = file_get_contents( self::DOCUMENT );
		foreach ( Metric::cases() as $metric ) {
			$this->assertMatchesRegularExpression(
				"/`{$metric->component()}_{$metric->value}(\{\w+\})?`/", $document
			);
		}
	}

	public function test_every_metric_for_prometheus_is_in_the_table_of_the_documentation(): void {
		$document = file_get_contents( self::DOCUMENT );
		preg_match_all( '/^# TYPE wikibase_dispatch_(\w+) /m', StatusMetrics::text( $this->status() ), $names );
		$this->assertNotSame( [], $names[1] );
		foreach ( $names[1] as $name ) {
			$this->assertStringContainsString( "`$name`", $document );
		}
	}

	public function test_clients_that_are_not_served_are_only_counted(): void {
		$text = StatusMetrics::text( $this->status() );
		$this->assertStringContainsString( "clients{condition=\"disabled\"} 1\n", $text );
		$this->assertStringContainsString( "clients{condition=\"not-ours\"} 1\n", $text );
		$this->assertStringContainsString( "client_lag_seconds{client=\"enwiki\"} 60\n", $text );
		$this->assertStringNotContainsString( 'offwiki', $text );
		$this->assertStringNotContainsString( 'theirwiki', $text );
		$this->assertStringContainsString( "gap_open_seconds 30\n", $text );
		$this->assertDoesNotMatchRegularExpression( '/^\w*median_lag_seconds /m', $text, 'nobody knows it' );
	}

	public function test_g7b_late_changes_and_warnings_are_told_whatever_the_verdict(): void {
		$text = StatusMetrics::text( SampleStatus::farm(
			[], warnings: [ 'unsafe-topology' ], lateChanges: [ [ 'id' => 7, 'found' => SampleStatus::NOW ] ]
		) );
		$this->assertStringContainsString( "wikibase_dispatch_late_changes 1\n", $text );
		$this->assertStringContainsString( "wikibase_dispatch_warning{warning=\"unsafe-topology\"} 1\n", $text );
		$this->assertStringContainsString( "wikibase_dispatch_warning{warning=\"no-ledger\"} 0\n", $text );
	}

	private function status(): FarmStatus {
		return new FarmStatus(
			Health::Lagging, 'lagging', 'enwiki', [], 1_800_000_000, 9, 10, 5, null,
			[ 'first' => 10, 'last' => 10, 'since' => 1_799_999_970, 'isHeld' => true ],
			1_799_999_999,
			[
				new ClientStatus( siteId: 'enwiki', domain: 'enwiki', rollout: 'on', condition: 'due', lagSeconds: 60 ),
				new ClientStatus( siteId: 'offwiki', domain: 'offwiki', rollout: 'on', condition: 'disabled' ),
				new ClientStatus( siteId: 'theirwiki', domain: 'their', rollout: 'off', condition: 'not-ours' ),
			]
		);
	}

	/** Those of the MediaWiki that the suite runs on. */
	public function test_at_a_shell_what_was_counted_is_sent_now_and_then_and_in_the_end(): void {
		if ( !class_exists( StatsFactory::class ) ) {
			$this->expectNotToPerformAssertions();
			return;
		}
		$sent = [];
		$cache = new StatsCache();
		$emitter = $this->createMock( EmitterInterface::class );
		$emitter->method( 'send' )->willReturnCallback( static function () use ( &$sent, $cache ) {
			foreach ( $cache->getAllMetrics() as $metric ) {
				$sent[$metric->getName()] = ( $sent[$metric->getName()] ?? 0 ) + $metric->getSampleCount();
			}
		} );
		$atEnd = [];
		$stats = new StatsFactory( $cache, $emitter, new NullLogger() );
		$atShell = new LabelledMetrics( $stats, 'repo_db', static function ( callable $act ) use ( &$atEnd ) {
			$atEnd[] = $act;
		} );
		$inRequest = new LabelledMetrics( $stats, 'repo_db' );
		for ( $i = 0; $i < 600; $i++ ) {
			$inRequest->count( Metric::Passes );
		}
		$this->assertSame( [], $sent, 'MediaWiki sends it when the request ends' );
		for ( $i = 0; $i < 600; $i++ ) {
			$atShell->count( Metric::Passes );
		}
		$this->assertSame( 1100, $sent['passes_total'] ?? null, json_encode( $sent ) );
		$this->assertCount( 1, $atEnd );
		$atEnd[0]();
		$this->assertSame( 1200, $sent['passes_total'] );
	}

	private function metrics(): Metrics {
		$interface = interface_exists( IBufferingStatsdDataFactory::class )
			? IBufferingStatsdDataFactory::class : StatsdDataFactoryInterface::class;
		$statsd = $this->createMock( $interface );
		$hear = function ( string $name, float $value ): void {
			$this->heard[$name] = ( $this->heard[$name] ?? 0 ) + $value;
		};
		$statsd->method( 'updateCount' )->willReturnCallback( $hear );
		$statsd->method( 'timing' )->willReturnCallback( $hear );
		return class_exists( StatsFactory::class )
			? new LabelledMetrics( StatsFactory::newNull()->withStatsdDataFactory( $statsd ), 'repo_db' )
			: new StatsdMetrics( $statsd, 'repo_db' );
	}
}
