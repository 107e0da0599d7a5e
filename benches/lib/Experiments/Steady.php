<?php
/**
 * Steady load: edits at an even rate, two job runners that wait for jobs, and how long a change takes from its commit
 * to the queue of each client.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use RuntimeException;
use WikibaseDispatchBench\Arrivals\Arrivals;
use WikibaseDispatchBench\Arrivals\DatabaseArrivals;
use WikibaseDispatchBench\Arrivals\RedisArrivals;
use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Contenders\Ours;
use WikibaseDispatchBench\Farm\SavedFarm;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\Background;
use WikibaseDispatchBench\Measure\Measurement;

class Steady implements Experiment {

	/** Edits a second => seconds. */
	private const RATES = [ 20 => 60, 200 => 30 ];
	private const SECONDS_QUICK = 10;
	/**
	 * Job types of the runners, by strategy. Without a type, MediaWiki's runner remembers for 15 seconds that no queue
	 * has had jobs.
	 */
	private const RUNNERS = [
		'jobs' => [ 'wikibase-dispatch-trigger', 'wikibase-dispatch-client' ],
		'' => [ 'wikibase-dispatch-trigger', 'wikibase-dispatch-trigger' ],
	];
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
		$queues = RedisArrivals::isPossible()
			? [ new DatabaseArrivals(), new RedisArrivals() ] : [ new DatabaseArrivals() ];
		foreach ( self::RATES as $rate => $usual ) {
			$seconds = $bench->options->quick ? self::SECONDS_QUICK : $usual;
			$stream = Stream::spread( $bench->data, $clients, $seconds * $rate );
			foreach ( $queues as $arrivals ) {
				foreach ( $bench->ours() as $ours ) {
					$measurement = new Measurement( 'steady', $ours->name(), [
						'engine' => $engine, 'queue' => $arrivals->queue(), 'clients' => $clients,
						'changes' => $stream->changeCount, 'rate' => $rate,
					] );
					for ( $turn = 1; $turn <= $bench->options->runs; $turn++ ) {
						$bench->note( "steady, $rate/s, {$arrivals->queue()}: {$ours->name()}, $seconds s, run $turn" );
						$measurement->runs[] =
							$this->once( $bench->farm( $engine ), $ours, $stream, $arrivals, $seconds );
					}
					$bench->results->add( $measurement );
				}
			}
		}
	}

	/**
	 * @return array<string,float|int>
	 */
	private function once( SavedFarm $farm, Ours $ours, Stream $stream, Arrivals $arrivals, int $seconds ): array {
		$empty = $stream->withoutChanges();
		$farm->prepare( $empty );
		$settings = $ours->settings();
		$farm->restore( $empty, $settings, $arrivals->bench( $farm ) );
		$times = "{$farm->folder}/times";
		try {
			$arrivals->start( $farm, $stream );
			$types = self::RUNNERS[$settings['dispatchStrategy'] ?? ''] ?? self::RUNNERS[''];
			$awaitRest = fn () => $this->awaitRest( $arrivals, $stream->deliveries() );
			$measures = $this->load( $farm, $stream, $types, $times, $awaitRest, $seconds );
			$arrived = iterator_to_array( $arrivals->all(), false );
		} finally {
			$arrivals->stop();
		}
		$this->check( $arrived, $stream );
		$latencies = self::latencies( $arrived, json_decode( (string)file_get_contents( $times ), true ) );
		$percentile = static fn ( float $part ) => $latencies[(int)floor( $part * ( count( $latencies ) - 1 ) )];
		return [
			'p50' => $percentile( 0.5 ),
			'p95' => $percentile( 0.95 ),
			'p99' => $percentile( 0.99 ),
			'max' => $percentile( 1 ),
			'runnersCpuShare' => $measures['cpu'] / $seconds,
			'databaseCpuShare' => $measures['databaseCpu'] / $seconds,
			'statementsPerEdit' => $measures['statements'] / $stream->changeCount,
			'jobs' => count( $arrived ),
			'deliveries' => count( $latencies ),
		];
	}

	/**
	 * Edits while two runners work. What is measured is what the load takes while it lasts.
	 *
	 * @param SavedFarm $farm
	 * @param Stream $stream
	 * @param list<string> $types job types of the runners
	 * @param string $times file for the times of the commits
	 * @param callable $awaitRest
	 * @param int $seconds
	 * @return array<string,float>
	 */
	private function load(
		SavedFarm $farm, Stream $stream, array $types, string $times, callable $awaitRest, int $seconds
	): array {
		[ $edits, $log ] = [ "{$farm->folder}/edits", "{$farm->folder}/steady.log" ];
		file_put_contents( $edits, self::lines( $stream ) );
		$runners = [];
		foreach ( $types as $type ) {
			$runners[] = new Background( $farm->script( 'runJobs', '--wait', '--type', $type ), $log );
		}
		$cpu = static fn () => array_sum( array_map( static fn ( $runner ) => $runner->cpu(), $runners ) );
		try {
			$cpuBefore = $cpu();
			$before = $farm->engine->counters();
			$again = $farm->engine->counters();
			$rate = (string)( $stream->changeCount / $seconds );
			$editor = $farm->script( 'Editor', '--changes', $edits, '--rate', $rate, '--result', $times );
			( new Background( $editor, $log ) )->wait( $seconds + self::PATIENCE );
			$measures = [ 'cpu' => $cpu() - $cpuBefore ] + $farm->engine->counters()->since( $before, $again );
			$awaitRest();
		} finally {
			array_map( static fn ( $runner ) => $runner->stop(), $runners );
		}
		return $measures;
	}

	private function awaitRest( Arrivals $arrivals, int $due ): void {
		$end = microtime( true ) + self::PATIENCE;
		do {
			if ( microtime( true ) > $end ) {
				throw new RuntimeException( "steady load: not everything has arrived after " . self::PATIENCE . ' s' );
			}
			usleep( 500_000 );
			$arrived = 0;
			foreach ( $arrivals->all() as [ 'changes' => $changes ] ) {
				$arrived += count( $changes );
			}
		} while ( $arrived < $due );
	}

	private function check( array $arrived, Stream $stream ): void {
		$changes = array_fill_keys( $stream->clients, [] );
		foreach ( $arrived as [ 'client' => $client, 'changes' => $ids ] ) {
			array_push( $changes[$client], ...$ids );
		}
		if ( $changes !== $stream->due() ) {
			throw new RuntimeException( 'steady load: what has arrived is not what was due' );
		}
	}

	/**
	 * @param array $arrived
	 * @param array<int,float> $committed change id => when
	 * @return list<float> seconds from the commit of a change to its notification, for each delivery, ascending
	 */
	private static function latencies( array $arrived, array $committed ): array {
		$latencies = [];
		foreach ( $arrived as [ 'at' => $at, 'changes' => $ids ] ) {
			foreach ( $ids as $id ) {
				$latencies[] = $at - $committed[$id];
			}
		}
		sort( $latencies );
		return $latencies;
	}

	/** The changes, one a line. Their ids are given out when they are written, from 1 on, as in the data. */
	private static function lines( Stream $stream ): string {
		$lines = '';
		foreach ( $stream->changes() as $row ) {
			unset( $row['change_id'] );
			$lines .= json_encode( $row ) . "\n";
		}
		return $lines;
	}
}
