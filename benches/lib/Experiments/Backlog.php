<?php
/**
 * W1: the backlog to all real clients, everybody side by side.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Contenders\PlainPhp;
use WikibaseDispatchBench\Contenders\Program;
use WikibaseDispatchBench\Contenders\WithoutPushes;
use WikibaseDispatchBench\Input\Stream;

class Backlog implements Experiment {

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		$stream = Stream::spread( $bench->data, count( $bench->data->clients() ), $bench->options->changes() );
		$contenders = $engine === 'mariadb' ? [
			new Program( 'bare reader', "{$bench->options->programs}/bare_reader" ),
			new Program( 'native part', "{$bench->options->programs}/native_part" ),
		] : [];
		foreach ( $bench->options->strategies as $strategy ) {
			$contenders[] = new WithoutPushes( $strategy );
		}
		$bench->compare( 'backlog', $engine, $stream, [ ...$contenders, ...$bench->ours(), new PlainPhp() ] );
	}
}
