<?php
/**
 * W3: one run, from restored databases to pages that are checked. benches/README.md defines the stages and the figures.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use RuntimeException;
use WikibaseDispatchBench\Farm\FiveWikis;
use WikibaseDispatchComparison\Rule;

class WayRun {

	public const EDITS = 'edits';
	public const DISPATCHING = 'dispatching';
	public const CLIENTS = 'clients';
	public const TOGETHER = 'dispatching and clients';

	private const DISPATCH = [ 'wikibase-dispatch-trigger', 'wikibase-dispatch-client' ];
	/** More runs of job runners than this do not end. */
	private const MAX_RUNS = 50;
	private const COUNTED = [ 'statements', 'databaseCpu', 'rowsRead' ];

	/** @var array<string,array<string,array<string,true>>> kind of job => wiki => pages as namespace:title */
	private array $pages;

	/**
	 * @param FiveWikis $farm
	 * @param int $changes
	 * @param array<string,Rule> $rules wiki => which pages are due
	 */
	public function __construct(
		private readonly FiveWikis $farm, private readonly int $changes, private readonly array $rules
	) {
	}

	/**
	 * @return array<string,array<string,float|int>> stage => its measures
	 */
	public function run(): array {
		$this->farm->restore();
		$this->pages = array_fill_keys( FiveWikis::NOT_RUN, [] );
		$edits = $this->farm->script( $this->farm->repo, 'AnnounceEach', '--count', (string)$this->changes );
		$stages = [
			self::EDITS => $this->stage( [ $edits ] ),
			self::DISPATCHING => $this->stage( $this->dispatching() ),
			self::CLIENTS => $this->stage( $this->clients() ),
		];
		$this->check();
		$pages = [
			'purgedPages' => array_sum( array_map( 'count', $this->pages['htmlCacheUpdate'] ) ),
			'parsedPages' => array_sum( array_map( 'count', $this->pages['refreshLinks'] ) ),
			'recentChanges' => array_sum( array_map( $this->farm->recentChanges( ... ), $this->farm->wikis ) ),
		];
		$stages[self::CLIENTS] += $pages;
		$stages[self::TOGETHER] = $pages;
		foreach ( $stages[self::CLIENTS] as $name => $value ) {
			$other = $stages[self::DISPATCHING][$name] ?? 0;
			$stages[self::TOGETHER][$name] ??= $name === 'peakMemory' ? max( $other, $value ) : $other + $value;
		}
		return $stages;
	}

	/** Ends the farm's server, until the next run. */
	public function stop(): void {
		$this->farm->databases->disconnect();
		$this->farm->engine->stop();
	}

	/**
	 * @param iterable<list<string>> $commands the next is asked for when the last has ended
	 * @return array<string,float|int>
	 */
	private function stage( iterable $commands ): array {
		$binlog = $this->farm->binlog();
		$usage = new Usage();
		$counted = array_fill_keys( self::COUNTED, 0 );
		foreach ( $commands as $command ) {
			$before = $this->farm->engine->counters();
			$again = $this->farm->engine->counters();
			$usage = $usage->then( Process::run( $command, "{$this->farm->folder}/measured.log" ) );
			$since = $this->farm->engine->counters()->since( $before, $again );
			foreach ( self::COUNTED as $name ) {
				$counted[$name] += $since[$name];
			}
		}
		$now = $this->farm->binlog();
		return $counted + [
			'cpu' => $usage->cpu, 'seconds' => $usage->seconds, 'peakMemory' => $usage->peakMemory,
			'binlogBytes' => $now->since( $binlog ),
		] + $this->jobs( $now->jobsSince( $binlog ) );
	}

	/**
	 * @param iterable<array{wiki:string,type:string,params:string}> $jobs
	 * @return array<string,int>
	 */
	private function jobs( iterable $jobs ): array {
		$counts = [ 'jobs' => 0, 'jobBytes' => 0, 'purges' => 0, 'parses' => 0 ];
		foreach ( $jobs as $job ) {
			$counts['jobs']++;
			$counts['jobBytes'] += strlen( $job['params'] );
			$counts['purges'] += (int)( $job['type'] === 'htmlCacheUpdate' );
			$counts['parses'] += (int)( $job['type'] === 'refreshLinks' );
			if ( in_array( $job['type'], FiveWikis::NOT_RUN, true ) ) {
				$params = unserialize( $job['params'], [ 'allowed_classes' => false ] );
				$pages = $params['pages'] ?? [ [ $params['namespace'], $params['title'] ] ];
				foreach ( $pages as [ $namespace, $title ] ) {
					$this->pages[$job['type']][$job['wiki']]["$namespace:$title"] = true;
				}
			}
		}
		return $counts;
	}

	/**
	 * @return iterable<list<string>>
	 */
	private function dispatching(): iterable {
		$repo = $this->farm->repo;
		for ( $runs = 0; ; $runs++ ) {
			$types = array_filter( self::DISPATCH, fn ( $type ) => $this->farm->waiting( $repo, $type ) > 0 );
			if ( !$types ) {
				return;
			}
			self::assertEnds( $runs );
			foreach ( $types as $type ) {
				yield $this->farm->script( $repo, 'runJobs', '--type', $type );
			}
		}
	}

	/**
	 * @return iterable<list<string>>
	 */
	private function clients(): iterable {
		for ( $runs = 0; ; $runs++ ) {
			$didRun = false;
			foreach ( $this->farm->wikis as $wiki ) {
				if ( $this->farm->waiting( $wiki ) > 0 ) {
					yield $this->farm->script( $wiki, 'runJobs' );
					$didRun = true;
				}
			}
			if ( !$didRun ) {
				return;
			}
			self::assertEnds( $runs );
		}
	}

	private static function assertEnds( int $runs ): void {
		if ( $runs === self::MAX_RUNS ) {
			throw new RuntimeException( 'W3: the queues are not empty after ' . self::MAX_RUNS . ' turns of runJobs' );
		}
	}

	/** A run that leaves anything out is no measurement. */
	private function check(): void {
		$faults = [];
		foreach ( $this->farm->wikis as $wiki ) {
			foreach ( $this->pages as $kind => $pages ) {
				$missing = array_diff_key( $this->rules[$wiki]->pages, $pages[$wiki] ?? [] );
				$some = implode( ', ', array_slice( array_keys( $missing ), 0, 5 ) );
				$faults[] = $missing ? count( $missing ) . " pages of $wiki have no $kind: $some" : null;
			}
			$left = implode( ', ', array_unique( $this->farm->failed( $wiki ) ) );
			$faults[] = $left === '' ? null : "jobs of $wiki were not run: $left";
		}
		if ( !$this->farm->isUpToDate() ) {
			$faults[] = $this->farm->positions();
		}
		$faults = array_filter( $faults );
		if ( $faults ) {
			throw new RuntimeException( "W3 has not done what was due:\n  " . implode( "\n  ", $faults ) );
		}
	}
}
