<?php
/**
 * Growth with clients: the same deliveries, spread over fewer clients or over more.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Contenders\PlainPhp;
use WikibaseDispatchBench\Input\Stream;

class Clients implements Experiment {

	/** The plain way reads the backlog once for each client: with more of them it takes a quarter of an hour. */
	private const MOST_FOR_PLAIN = 816;

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		foreach ( $bench->options->clients as $count ) {
			$stream = Stream::spread( $bench->data, $count, $bench->options->changes() );
			$plain = $count <= self::MOST_FOR_PLAIN ? [ new PlainPhp() ] : [];
			$bench->compare( 'clients', $engine, $stream, [ ...$bench->ours(), ...$plain ] );
		}
	}
}
