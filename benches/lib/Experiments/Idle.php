<?php
/**
 * Twice as many clients, where those that were added receive nothing: they should cost nothing, and no statement.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Input\Stream;

class Idle implements Experiment {

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		$clients = count( $bench->data->clients() );
		$changes = $bench->options->changes();
		foreach ( [ 0, $clients ] as $idle ) {
			$stream = Stream::spread( $bench->data, $clients, $changes, $idle );
			$bench->compare( 'idle', $engine, $stream, $bench->ours(), [ 'idle' => $idle ] );
		}
	}
}
