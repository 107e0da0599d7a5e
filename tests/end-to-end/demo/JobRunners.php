<?php
/**
 * Runs MediaWiki's own job runner for every wiki in turn, at most two at a time, until no queue has anything left.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

class JobRunners {

	private const AT_ONCE = 2;

	/** @var array<string,Process> wiki => its runner */
	private array $running = [];
	private int $started = 0;

	/**
	 * @param Farm $farm
	 * @param int $limit seconds after which a run that has not come to its end is given up
	 */
	public function __construct( private readonly Farm $farm, private readonly int $limit ) {
	}

	/** How many runners it took. */
	public function started(): int {
		return $this->started;
	}

	/**
	 * @param callable $onTick called several times a second with wiki => number of jobs left
	 */
	public function runUntilEmpty( callable $onTick ): void {
		$deadline = microtime( true ) + $this->limit;
		$turn = $this->farm->wikis;
		do {
			$this->reap();
			$left = [];
			$stuck = 0;
			foreach ( $turn as $wiki ) {
				$jobs = $this->farm->jobs( $wiki );
				$left[$wiki] = array_sum( $jobs );
				$stuck += $jobs['abandoned'];
				if ( $jobs['ready'] && !isset( $this->running[$wiki] ) && count( $this->running ) < self::AT_ONCE ) {
					$this->running[$wiki] = $this->farm->start( $wiki, 'runJobs', [ '--maxtime', '20' ] );
					$this->started++;
					// Next time the others come first.
					$turn = [ ...array_diff( $turn, [ $wiki ] ), $wiki ];
				}
			}
			$onTick( $left );
			if ( !$this->running && $stuck && $stuck === array_sum( $left ) ) {
				throw new RuntimeException( "$stuck jobs failed three times, so the queue has given them up:\n"
					. $this->describeLeft() );
			}
			if ( microtime( true ) > $deadline ) {
				$this->stop();
				throw new RuntimeException( "the queues are not empty after {$this->limit} s. What is left:\n"
					. $this->describeLeft() );
			}
			usleep( 50_000 );
		} while ( $this->running || array_sum( $left ) );
	}

	private function reap(): void {
		foreach ( $this->running as $wiki => $process ) {
			if ( !$process->isRunning() ) {
				unset( $this->running[$wiki] );
				$process->assertSuccess();
			}
		}
	}

	private function stop(): void {
		foreach ( $this->running as $process ) {
			$process->kill();
		}
		$this->running = [];
	}

	private function describeLeft(): string {
		$lines = [];
		foreach ( $this->farm->wikis as $wiki ) {
			$rows = $this->farm->rows(
				$wiki,
				'SELECT job_cmd, COUNT(*) AS jobs, MAX( job_attempts ) AS attempts FROM {job} GROUP BY job_cmd'
			);
			foreach ( $rows as $row ) {
				$lines[] = "  $wiki: {$row['jobs']} {$row['job_cmd']}, tried {$row['attempts']} times";
			}
			foreach ( array_slice( $this->farm->runnerErrors( $wiki ), 0, 3 ) as $error ) {
				$lines[] = "    $error";
			}
		}
		return implode( "\n", $lines );
	}
}
