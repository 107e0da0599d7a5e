<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Metrics;

/**
 * MediaWiki's statistics, whichever it has.
 */
interface Metrics {

	/**
	 * Counts something.
	 *
	 * @param Metric $metric
	 * @param int $by
	 * @param array<string,string> $labels
	 */
	public function count( Metric $metric, int $by = 1, array $labels = [] ): void;

	/**
	 * Measures how long something took.
	 *
	 * @param Metric $metric
	 * @param float $seconds
	 * @param array<string,string> $labels
	 */
	public function time( Metric $metric, float $seconds, array $labels = [] ): void;
}
