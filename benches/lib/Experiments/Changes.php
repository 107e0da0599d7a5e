<?php
/**
 * Growth with changes, to all real clients.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Contenders\PlainPhp;
use WikibaseDispatchBench\Input\Stream;

class Changes implements Experiment {

	private const PARTS = [ 0.1, 0.25, 0.5, 1 ];
	/** The plain way would take a quarter of an hour for more. */
	private const MOST_FOR_PLAIN = 20_000;

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		$all = $bench->options->changes();
		foreach ( self::PARTS as $part ) {
			$changes = (int)( $all * $part );
			$stream = Stream::spread( $bench->data, count( $bench->data->clients() ), $changes );
			$plain = $changes <= self::MOST_FOR_PLAIN ? [ new PlainPhp() ] : [];
			$bench->compare( 'changes', $engine, $stream, [ ...$bench->ours(), ...$plain ] );
		}
	}
}
