<?php
/**
 * W3: the whole way of real changes, from the edit to the last recent change on five wikis; benches/README.md has the
 * definition. With another working copy of this project it is measured beside that, in turns.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Farm\FiveWikis;
use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchBench\Measure\WayRun;
use WikibaseDispatchComparison\Changes;
use WikibaseDispatchComparison\Rule;
use WikibaseDispatchComparison\Touched;
use WikibaseDispatchTests\Data;
use WikibaseDispatchTests\Shell;

class Way implements Experiment {

	public const OURS = 'ours';

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		if ( $engine !== 'mariadb' ) {
			// Nothing is counted on SQLite.
			return;
		}
		// Another farm of the benchmark would be in the way.
		$bench->end();
		$data = new Data( Data::DEFAULT_FOLDER );
		$changes = new Changes( $data );
		$count = array_sum( array_map( 'count', $changes->byEntity() ) );
		$projects = [ self::OURS => null ];
		if ( $bench->options->before !== null ) {
			$commit = Shell::run( 'git', '-C', $bench->options->before, 'describe', '--always', '--dirty' );
			$projects["before ($commit)"] = $bench->options->before;
		}
		$runs = $measurements = [];
		foreach ( $projects as $subject => $project ) {
			$bench->note( "way: creating a farm of five wikis: $subject" );
			$farm = new FiveWikis( "{$bench->folder}/way" . count( $runs ), $bench->options->mediawiki, $project );
			$farm->fill( $data, $changes );
			$bench->results->note( $engine, self::serverOf( $farm ) );
			$runs[$subject] = new WayRun( $farm, $count, self::rules( $data, $changes, $farm ) );
		}
		for ( $turn = 1; $turn <= $bench->options->runs; $turn++ ) {
			foreach ( $runs as $subject => $run ) {
				$bench->note( "way: $subject, run $turn of {$bench->options->runs}" );
				foreach ( $run->run() as $stage => $measures ) {
					$measurements[$subject][$stage] ??= new Measurement( 'way', "$subject: $stage",
						[ 'engine' => $engine, 'changes' => $count, 'subject' => $subject, 'stage' => $stage ] );
					$measurements[$subject][$stage]->runs[] = $measures;
				}
				$run->stop();
			}
		}
		foreach ( $measurements as $stages ) {
			array_map( $bench->results->add( ... ), array_values( $stages ) );
		}
	}

	/** It is stopped when the farm is saved. */
	private static function serverOf( FiveWikis $farm ): string {
		$farm->restore();
		$name = $farm->engine->name();
		$farm->engine->stop();
		return $name;
	}

	/**
	 * @return array<string,Rule> wiki => which pages are due
	 */
	private static function rules( Data $data, Changes $changes, FiveWikis $farm ): array {
		$touched = new Touched( $changes->tracksQualifiers, $changes->hasTwoLists );
		$rules = [];
		foreach ( $data->expectedDeliveries() as $wiki => $due ) {
			$told = $changes->of( array_keys( $due ) );
			$rules[$wiki] = new Rule( $data, $wiki, $farm->namespaces[$wiki], $told, $touched );
		}
		return $rules;
	}
}
