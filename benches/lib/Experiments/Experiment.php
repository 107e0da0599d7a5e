<?php
/**
 * Something to find out by measuring.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;

interface Experiment {

	/** Measures on one engine, and adds to the results. */
	public function run( Bench $bench, string $engine ): void;
}
