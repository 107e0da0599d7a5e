<?php
/**
 * What an edit pays to have its change dispatched, beside a lazy push per edit, which is what Wikibase does.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Farm\SavedFarm;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchBench\Measure\Process;

class EditPath implements Experiment {

	/** Name => way of mediawiki/EditPath.php, how many edits, and whether they share a trigger that the queue delays. */
	private const SUBJECTS = [
		'the gate alone' => [ 'gate', 1_000_000, true ],
		'trigger, `triggerMaxDelay` 3' => [ 'trigger', 20_000, true ],
		'trigger, JobQueueDB' => [ 'trigger', 5_000, false ],
		'lazy push, JobQueueDB' => [ 'lazy-push', 5_000, false ],
	];

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		// Two clients: with a single one, an edit asks for its pass directly.
		$stream = Stream::spread( $bench->data, 2, 0 );
		$bench->farm( $engine )->prepare( $stream );
		foreach ( self::SUBJECTS as $subject => [ $way, $count, $delays ] ) {
			$measurement = new Measurement( 'edit', $subject, [ 'engine' => $engine, 'edits' => $count ] );
			for ( $turn = 1; $turn <= $bench->options->runs; $turn++ ) {
				$bench->note( "edit, $engine: $subject, run $turn of {$bench->options->runs}" );
				$measurement->runs[] = $this->once( $bench->farm( $engine ), $stream, $way, $count, $delays );
			}
			$bench->results->add( $measurement );
		}
	}

	/**
	 * @return array<string,float|int>
	 */
	private function once( SavedFarm $farm, Stream $stream, string $way, int $count, bool $delays ): array {
		$farm->restore( $stream, $delays ? [ 'triggerMaxDelay' => 3 ] : [], [ 'delayTriggers' => $delays ] );
		$result = "{$farm->folder}/result.json";
		$before = $farm->engine->counters();
		$again = $farm->engine->counters();
		Process::run( $farm->script( 'EditPath', '--way', $way, '--count', (string)$count, '--result', $result ),
			"{$farm->folder}/measured.log" );
		$counted = $farm->engine->counters()?->since( $before, $again );
		$measures = [ 'cpuPerEdit' => json_decode( (string)file_get_contents( $result ), true )['cpuPerEdit'] ];
		unlink( $result );
		if ( $counted ) {
			$measures['databaseCpuPerEdit'] = $counted['databaseCpu'] / $count;
			$measures['statementsPerEdit'] = $counted['statements'] / $count;
		}
		return $measures + [ 'jobs' => $farm->repoJobs() ];
	}
}
