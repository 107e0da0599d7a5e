<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Metrics;

use Closure;
use Wikimedia\Stats\Metrics\CounterMetric;
use Wikimedia\Stats\Metrics\NullMetric;
use Wikimedia\Stats\Metrics\TimingMetric;
use Wikimedia\Stats\StatsFactory;

/**
 * The statistics of MediaWiki 1.41 and later, which have labels. Up to 1.44 they pass everything on to statsd by its
 * old name as well.
 */
class LabelledMetrics implements Metrics {

	private const MILLISECONDS = 1000;
	/** So many are held at a shell, at most. */
	private const MOST = 500;

	private int $held = 0;
	private bool $isSentInTheEnd = false;

	/**
	 * @param StatsFactory $stats
	 * @param string $wiki
	 * @param Closure|null $atEnd has something done when the process ends. Given at a shell alone: there MediaWiki (as
	 *   of 1.43) never sends what it has counted, as it does at the end of a request, and a job runner would hold all
	 *   of it.
	 */
	public function __construct(
		private readonly StatsFactory $stats,
		private readonly string $wiki,
		private readonly ?Closure $atEnd = null
	) {
	}

	/**
	 * @inheritDoc
	 */
	public function count( Metric $metric, int $by = 1, array $labels = [] ): void {
		if ( $by > 0 ) {
			$counter = $this->stats->withComponent( $metric->component() )->getCounter( $metric->value );
			$this->prepared( $counter, $metric, $labels )->incrementBy( $by );
			$this->sendSometimes();
		}
	}

	/**
	 * @inheritDoc
	 */
	public function time( Metric $metric, float $seconds, array $labels = [] ): void {
		$timing = $this->stats->withComponent( $metric->component() )->getTiming( $metric->value );
		$this->prepared( $timing, $metric, $labels )->observe( $seconds * self::MILLISECONDS );
		$this->sendSometimes();
	}

	private function sendSometimes(): void {
		if ( $this->atEnd === null ) {
			return;
		}
		if ( !$this->isSentInTheEnd ) {
			( $this->atEnd )( $this->stats->flush( ... ) );
			$this->isSentInTheEnd = true;
		}
		$this->held++;
		if ( $this->held >= self::MOST ) {
			$this->stats->flush();
			$this->held = 0;
		}
	}

	/**
	 * @template T of CounterMetric|TimingMetric|NullMetric
	 * @param T $sample
	 * @param Metric $metric
	 * @param array<string,string> $labels
	 * @return T
	 */
	private function prepared( object $sample, Metric $metric, array $labels ): object {
		foreach ( $labels as $name => $value ) {
			$sample = $sample->setLabel( $name, $value );
		}
		// Deprecated since 1.45, which sends nothing by the old names any more.
		return method_exists( $sample, 'copyToStatsdAt' )
			? $sample->copyToStatsdAt( $metric->statsd( $labels, $this->wiki ) )
			: $sample;
	}
}
