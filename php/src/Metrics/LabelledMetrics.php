<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Metrics;

use Wikimedia\Stats\Metrics\CounterMetric;
use Wikimedia\Stats\Metrics\NullMetric;
use Wikimedia\Stats\Metrics\TimingMetric;
use Wikimedia\Stats\StatsFactory;

/**
 * The statistics of MediaWiki 1.41 and later, which have labels, and pass everything on to statsd under its old name.
 */
class LabelledMetrics implements Metrics {

	private const MILLISECONDS = 1000;

	public function __construct( private readonly StatsFactory $stats, private readonly string $wiki ) {
	}

	/**
	 * @inheritDoc
	 */
	public function count( Metric $metric, int $by = 1, array $labels = [] ): void {
		if ( $by > 0 ) {
			$counter = $this->stats->withComponent( $metric->component() )->getCounter( $metric->value );
			$this->prepared( $counter, $metric, $labels )->incrementBy( $by );
		}
	}

	/**
	 * @inheritDoc
	 */
	public function time( Metric $metric, float $seconds, array $labels = [] ): void {
		$timing = $this->stats->withComponent( $metric->component() )->getTiming( $metric->value );
		$this->prepared( $timing, $metric, $labels )->observe( $seconds * self::MILLISECONDS );
	}

	/**
	 * @param CounterMetric|TimingMetric|NullMetric $sample
	 * @param Metric $metric
	 * @param array<string,string> $labels
	 * @return CounterMetric|TimingMetric|NullMetric
	 */
	private function prepared( object $sample, Metric $metric, array $labels ): object {
		foreach ( $labels as $name => $value ) {
			$sample = $sample->setLabel( $name, $value );
		}
		return $sample->copyToStatsdAt( $metric->statsd( $labels, $this->wiki ) );
	}
}
