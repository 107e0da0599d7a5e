<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;

/**
 * What Prometheus gets, and which of the rules in docs/alerts.yml fire on it.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Metrics\StatusMetrics
 */
class AlertsTest extends StatusTestCase {

	private const NO_RUNNER = 'Change dispatching is stuck: no-runner';

	public function test_the_rules_are_valid(): void {
		$this->assertSame( '', Promtool::checkRules() );
	}

	public function test_metrics_are_what_prometheus_reads(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$headers = [];
		$metrics = self::$web->get( '/rest.php/wikibase-dispatch/v0/metrics', $headers );
		$this->assertStringContainsString( '200', $headers[0] );
		$this->assertContains( 'Content-Type: text/plain; version=0.0.4; charset=utf-8', $headers );
		$this->assertSame( '', Promtool::lint( $metrics ) );
	}

	public function test_the_queries_of_the_dashboard_are_valid(): void {
		$file = dirname( __DIR__, 5 ) . '/docs/grafana-dashboard.json';
		$queries = [];
		foreach ( json_decode( file_get_contents( $file ), true )['panels'] as $panel ) {
			foreach ( $panel['targets'] ?? [] as $target ) {
				$queries[] = strtr(
					$target['expr'], [ '$__rate_interval' => '5m', '$instance' => '.*', '$client' => '.*' ]
				);
			}
		}
		$this->assertNotSame( [], $queries );
		$this->assertSame( '', Promtool::checkQueries( $queries ) );
		$this->assertNotSame( '', Promtool::checkQueries( [ 'sum(' ] ) );
	}

	public function test_no_alert_fires_on_a_healthy_farm(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertSame( '', Promtool::testAlerts( $this->metrics(), [] ) );
	}

	public function test_a_farm_without_a_runner_raises_an_alert_for_all_and_one_for_each_client(): void {
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		$this->letTimePass( Farm::WIKIS );
		$stalled = $lagging = [];
		foreach ( Farm::WIKIS as $wiki ) {
			$stalled[] = [ [ 'client' => $wiki ], "$wiki receives no changes" ];
			$lagging[] = [ [ 'client' => $wiki ], "$wiki is more than an hour behind" ];
		}
		$this->assertSame( '', Promtool::testAlerts( $this->metrics(), [
			'WikibaseDispatchStuck' => [ [ [ 'state' => 'stuck' ], self::NO_RUNNER ] ],
			'WikibaseDispatchLagging' => [ [ [], 'Half of the clients are more than five minutes behind' ] ],
			'WikibaseDispatchClientStalled' => $stalled,
			'WikibaseDispatchClientLagging' => $lagging,
		] ) );
	}

	public function test_a_client_whose_queue_cannot_be_reached_raises_an_alert_with_its_name(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO ) );
		$this->assertSame( '', Promtool::testAlerts( $this->metrics(), [
			'WikibaseDispatchStuck' => [
				[ [ 'state' => 'stuck' ], 'Change dispatching is stuck: queue-unreachable' ],
			],
			'WikibaseDispatchClientStalled' => [ [ [ 'client' => 'enwiki' ], 'enwiki receives no changes' ] ],
			'WikibaseDispatchClientLagging' => [
				[ [ 'client' => 'enwiki' ], 'enwiki is more than an hour behind' ],
			],
		] ) );
	}

	public function test_silence_raises_an_alert(): void {
		$this->assertSame( '', Promtool::testAlerts( '', [
			'WikibaseDispatchUnknown' => [ [ [], 'The status of change dispatching is unknown' ] ],
		] ) );
	}

	public function test_a_status_that_cannot_be_read_is_a_failed_scrape(): void {
		$this->farm->setSettings( [ 'notificationFormat' => 'smoke signals' ] );
		$headers = [];
		self::$web->get( '/rest.php/wikibase-dispatch/v0/metrics', $headers );
		$this->assertStringContainsString( '503', $headers[0] );
		$this->assertStringContainsString( 'the status of dispatching is unknown', $this->farm->log() );
	}

	public function test_a_wiki_that_dispatches_to_nobody_has_no_metrics(): void {
		$web = new WebServer( $this->farm, 'enwiki' );
		try {
			$headers = [];
			$web->get( '/rest.php/wikibase-dispatch/v0/metrics', $headers );
			$this->assertStringContainsString( '404', $headers[0] );
		} finally {
			$web->stop();
		}
	}
}
