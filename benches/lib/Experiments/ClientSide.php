<?php
/**
 * W2: what a client's own side of it takes. The notifications that an unmodified Wikibase queued for a real wiki are
 * handled by ours. What is run is tests/end-to-end/comparison, which compares that with what Wikibase did: no figure
 * counts that comes of doing less.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchTests\Shell;

class ClientSide implements Experiment {

	private const COMPARE = __DIR__ . '/../../../tests/end-to-end/comparison/compare';
	private const WIKI = 'enwiki';

	public const HANDLING = 'ours: notifications';
	public const TELLING = 'ours: the recent changes that come of them';

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		if ( $engine !== 'mariadb' ) {
			// Nothing is counted on SQLite.
			return;
		}
		$setting = [ 'engine' => $engine ];
		$handling = new Measurement( 'client', self::HANDLING, $setting );
		$telling = new Measurement( 'client', self::TELLING, $setting );
		for ( $turn = 1; $turn <= $bench->options->runs; $turn++ ) {
			$bench->note( "client, $engine: run $turn of {$bench->options->runs}" );
			$costs = $this->costs( $bench );
			$handling->runs[] = $costs['handling'] + [ 'notifications' => $costs['notifications'] ];
			$telling->runs[] = $costs['telling'];
		}
		$bench->results->add( $handling );
		$bench->results->add( $telling );
	}

	/**
	 * @param Bench $bench
	 * @param string ...$options of the comparison
	 * @return array{notifications:int,changes:int,handling:array,telling:array}
	 */
	public function costs( Bench $bench, string ...$options ): array {
		$file = "{$bench->folder}/costs.json";
		Shell::run(
			self::COMPARE, self::WIKI, '--database', 'mariadb', '--mediawiki', $bench->options->mediawiki,
			'--costs', $file, ...$options
		);
		return json_decode( (string)file_get_contents( $file ), true );
	}
}
