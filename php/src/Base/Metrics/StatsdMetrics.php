<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Metrics;

use Liuggio\StatsdClient\Factory\StatsdDataFactoryInterface;

/**
 * The statistics of MediaWiki before 1.41: names without labels.
 */
class StatsdMetrics implements Metrics {

	private const MILLISECONDS = 1000;

	public function __construct(
		private readonly StatsdDataFactoryInterface $statsd,
		private readonly string $wiki
	) {
	}

	/**
	 * @inheritDoc
	 */
	public function count( Metric $metric, int $by = 1, array $labels = [] ): void {
		if ( $by > 0 ) {
			foreach ( $metric->statsd( $labels, $this->wiki ) as $name ) {
				$this->statsd->updateCount( $name, $by );
			}
		}
	}

	/**
	 * @inheritDoc
	 */
	public function time( Metric $metric, float $seconds, array $labels = [] ): void {
		foreach ( $metric->statsd( $labels, $this->wiki ) as $name ) {
			$this->statsd->timing( $name, $seconds * self::MILLISECONDS );
		}
	}
}
