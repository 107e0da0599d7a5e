<?php
/**
 * What the experiments of one call of bin/bench share: the options, the data, a farm on each engine, the results.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench;

use WikibaseDispatchBench\Contenders\Contender;
use WikibaseDispatchBench\Contenders\Ours;
use WikibaseDispatchBench\Farm\SavedFarm;
use WikibaseDispatchBench\Input\Dataset;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\BacklogRun;
use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchBench\Measure\Results;
use WikibaseDispatchTests\Shell;

class Bench {

	public readonly Dataset $data;
	/** @var array<string,SavedFarm> engine => its farm */
	private array $farms = [];
	private readonly float $start;

	/**
	 * @param Options $options
	 * @param Results $results
	 * @param string $folder for everything that this writes
	 */
	public function __construct(
		public readonly Options $options,
		public readonly Results $results,
		public readonly string $folder
	) {
		$this->data = new Dataset( $options->data );
		$this->start = microtime( true );
	}

	/** The farm on an engine; there is one at a time, because each is large. */
	public function farm( string $engine ): SavedFarm {
		if ( !isset( $this->farms[$engine] ) ) {
			$this->end();
			$this->note( "creating a farm on $engine" );
			$this->farms[$engine] = new SavedFarm( "{$this->folder}/$engine", $engine, $this->options->mediawiki );
			$this->farms[$engine]->engine->restore( 'empty' );
			$this->results->note( $engine, $this->farms[$engine]->engine->name() );
		}
		return $this->farms[$engine];
	}

	/** Ends what runs, and removes it. */
	public function end(): void {
		foreach ( $this->farms as $farm ) {
			$farm->engine->stop();
			if ( !$this->options->keep ) {
				Shell::run( 'rm', '-rf', $farm->folder );
			}
		}
		$this->farms = [];
	}

	/**
	 * This project, with each strategy that was asked for.
	 *
	 * @return list<Ours>
	 */
	public function ours(): array {
		return array_map( static fn ( $strategy ) => new Ours( $strategy ), $this->options->strategies );
	}

	/**
	 * Runs contenders on the same backlog, in turns, so that what disturbs the machine disturbs all of them.
	 *
	 * @param string $experiment
	 * @param string $engine
	 * @param Stream $stream
	 * @param list<Contender> $contenders
	 * @param array<string,int> $setting further on what was measured
	 */
	public function compare(
		string $experiment, string $engine, Stream $stream, array $contenders, array $setting = []
	): void {
		$setting += [
			'engine' => $engine,
			'clients' => count( $stream->clients ),
			'receiving' => $stream->receiving(),
			'changes' => $stream->changeCount,
			'deliveries' => $stream->deliveries(),
		];
		$run = new BacklogRun( $this->farm( $engine ) );
		$measurements = [];
		foreach ( $contenders as $contender ) {
			$measurements[] = new Measurement( $experiment, $contender->name(), $setting );
		}
		for ( $turn = 1; $turn <= $this->options->runs; $turn++ ) {
			foreach ( $contenders as $i => $contender ) {
				$this->note( "$experiment, $engine, {$setting['clients']} clients, {$stream->changeCount} changes: "
					. "{$contender->name()}, run $turn of {$this->options->runs}" );
				$measurements[$i]->runs[] = $run->run( $contender, $stream );
			}
		}
		array_map( $this->results->add( ... ), $measurements );
	}

	/** Says where it is. */
	public function note( string $text ): void {
		fprintf( STDERR, "%6.1f s  %s\n", microtime( true ) - $this->start, $text );
	}
}
