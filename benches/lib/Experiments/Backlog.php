<?php
/**
 * W1: the backlog to all real clients, everybody side by side.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Contenders\BareReader;
use WikibaseDispatchBench\Contenders\NativePart;
use WikibaseDispatchBench\Contenders\PlainPhp;
use WikibaseDispatchBench\Input\Stream;

class Backlog implements Experiment {

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		$stream = Stream::spread( $bench->data, count( $bench->data->clients() ), $bench->options->changes() );
		$contenders = $engine === 'mariadb' ? [ new BareReader( $bench->options->bareReader ) ] : [];
		foreach ( $bench->options->strategies as $strategy ) {
			$contenders[] = new NativePart( $strategy );
		}
		$bench->compare( 'backlog', $engine, $stream, [ ...$contenders, ...$bench->ours(), new PlainPhp() ] );
	}
}
