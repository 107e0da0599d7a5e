<?php
/**
 * Steady load: edits at an even rate, two job runners that wait for jobs, and how long a change takes from its commit
 * to the queue of each client.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use RuntimeException;
use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Contenders\Ours;
use WikibaseDispatchBench\Farm\Farm;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\Arrivals;
use WikibaseDispatchBench\Measure\Background;
use WikibaseDispatchBench\Measure\Deliveries;
use WikibaseDispatchBench\Measure\Measurement;

class Steady implements Experiment {

	private const EDITS_PER_SECOND = 20;
	private const SECONDS = 60;
	private const SECONDS_QUICK = 10;
	private const RUNNERS = 2;
	/** Seconds for what is left after the last edit. */
	private const PATIENCE = 60;

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		if ( $engine !== 'mariadb' ) {
			return;
		}
		$clients = count( $bench->data->clients() );
		$seconds = $bench->options->quick ? self::SECONDS_QUICK : self::SECONDS;
		$stream = Stream::spread( $bench->data, $clients, $seconds * self::EDITS_PER_SECOND );
		foreach ( $bench->ours() as $ours ) {
			$measurement = new Measurement( 'steady', $ours->name(), [
				'engine' => $engine, 'queue' => 'JobQueueDB', 'clients' => $clients, 'changes' => $stream->changeCount,
				'rate' => self::EDITS_PER_SECOND, 'runners' => self::RUNNERS,
			] );
			for ( $turn = 1; $turn <= $bench->options->runs; $turn++ ) {
				$bench->note( "steady: {$ours->name()}, $seconds s, run $turn of {$bench->options->runs}" );
				$measurement->runs[] = $this->once( $bench->farm( $engine ), $ours, $stream, $seconds );
			}
			$bench->results->add( $measurement );
		}
	}

	/**
	 * @return array<string,float|int>
	 */
	private function once( Farm $farm, Ours $ours, Stream $stream, int $seconds ): array {
		$empty = $stream->withoutChanges();
		$farm->prepare( $empty );
		$farm->restore( $empty, [ 'dispatchDefaultDispatchInterval' => 0 ] + $ours->settings() );
		$arrivals = new Arrivals( $farm, $stream );
		[ $edits, $times, $log ] = [ "{$farm->folder}/edits", "{$farm->folder}/times", "{$farm->folder}/steady.log" ];
		file_put_contents( $edits, implode( '', self::lines( $stream ) ) );

		$runners = [];
		for ( $i = 0; $i < self::RUNNERS; $i++ ) {
			$runners[] = new Background( $farm->script( 'runJobs', '--wait' ), $log );
		}
		try {
			$cpu = self::cpu( $runners );
			$before = $farm->engine->counters();
			$again = $farm->engine->counters();
			$editor = new Background( $farm->script(
				'Editor', '--changes', $edits, '--rate', (string)self::EDITS_PER_SECOND, '--result', $times
			), $log );
			$editor->wait( $seconds + self::PATIENCE );
			// While the load lasts: how long the rest takes has nothing to do with it.
			$cpu = self::cpu( $runners ) - $cpu;
			$counted = $farm->engine->counters()->since( $before, $again );
			$this->awaitRest( $farm );
		} finally {
			array_map( static fn ( $runner ) => $runner->stop(), $runners );
		}
		$deliveries = new Deliveries( $farm->engine, $stream );
		if ( $deliveries->faults ) {
			throw new RuntimeException(
				"steady load: not delivered what was due:\n  " . implode( "\n  ", $deliveries->faults )
			);
		}
		$latencies = $arrivals->latencies( json_decode( (string)file_get_contents( $times ), true ) );
		$percentile = static fn ( float $part ) => $latencies[(int)floor( $part * ( count( $latencies ) - 1 ) )];
		return [
			'p50' => $percentile( 0.5 ),
			'p95' => $percentile( 0.95 ),
			'p99' => $percentile( 0.99 ),
			'max' => $percentile( 1 ),
			'runnersCpuShare' => $cpu / $seconds,
			'databaseCpuShare' => $counted['databaseCpu'] / $seconds,
			'statementsPerEdit' => $counted['statements'] / $stream->changeCount,
			'jobs' => $deliveries->jobs,
			'deliveries' => $deliveries->changes,
		];
	}

	private function awaitRest( Farm $farm ): void {
		$end = microtime( true ) + self::PATIENCE;
		while ( $farm->repoJobs() > 0 ) {
			if ( microtime( true ) > $end ) {
				throw new RuntimeException( "steady load: the repo's queue does not get empty" );
			}
			usleep( 100_000 );
		}
	}

	/**
	 * @return list<string>
	 */
	private static function lines( Stream $stream ): array {
		$lines = [];
		foreach ( $stream->changes() as $row ) {
			unset( $row['change_id'] );
			$lines[] = json_encode( $row ) . "\n";
		}
		return $lines;
	}

	/**
	 * @param list<Background> $runners
	 */
	private static function cpu( array $runners ): float {
		return array_sum( array_map( static fn ( $runner ) => $runner->cpu(), $runners ) );
	}
}
