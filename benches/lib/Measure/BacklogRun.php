<?php
/**
 * W1: a backlog of changes is brought to clients that stand at the beginning. One run of one contender, from restored
 * databases to checked deliveries.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use RuntimeException;
use WikibaseDispatchBench\Contenders\Contender;
use WikibaseDispatchBench\Farm\SavedFarm;
use WikibaseDispatchBench\Input\Stream;

class BacklogRun {

	public function __construct( private readonly SavedFarm $farm ) {
	}

	/**
	 * @return array<string,float|int> measures
	 */
	public function run( Contender $contender, Stream $stream ): array {
		$this->farm->prepare( $stream );
		$this->farm->restore( $stream, $contender->settings(), $contender->bench() );
		$contender->start( $this->farm );

		$result = "{$this->farm->folder}/result.json";
		$usage = new Usage();
		$counted = [];
		foreach ( $contender->processes( $this->farm, $result ) as $command ) {
			$before = $this->farm->engine->counters();
			$again = $this->farm->engine->counters();
			$usage = $usage->then( Process::run( $command, "{$this->farm->folder}/measured.log" ) );
			foreach ( $this->farm->engine->counters()?->since( $before, $again ) ?? [] as $name => $value ) {
				$counted[$name] = ( $counted[$name] ?? 0 ) + $value;
			}
		}
		$measures = $counted
			+ [ 'cpu' => $usage->cpu, 'seconds' => $usage->seconds, 'peakMemory' => $usage->peakMemory ];
		if ( is_file( $result ) ) {
			$measures += json_decode( (string)file_get_contents( $result ), true );
			unlink( $result );
		}
		return $measures + ( $contender->delivers() ? $this->check( $contender, $stream ) : [] );
	}

	/**
	 * A run that has not delivered exactly what was due is no measurement.
	 */
	private function check( Contender $contender, Stream $stream ): array {
		$deliveries = new Deliveries( $this->farm->engine, $stream );
		if ( $deliveries->faults ) {
			throw new RuntimeException( "{$contender->name()} has not delivered what was due:\n  "
				. implode( "\n  ", array_slice( $deliveries->faults, 0, 20 ) ) );
		}
		return [ 'jobs' => $deliveries->jobs, 'jobBytes' => $deliveries->bytes, 'deliveries' => $deliveries->changes ];
	}
}
