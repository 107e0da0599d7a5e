<?php
/**
 * Keeps several job runners of the repo going, each a process of its own, while there are jobs.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class RepoRunners {

	/** @var list<Process> */
	private array $running = [];
	private int $started = 0;
	private int $most = 0;
	private int $failed = 0;

	/**
	 * @param Farm $farm
	 * @param int $atOnce
	 * @param list<string> $arguments of runJobs
	 * @param bool $mayFail whether a runner may end by an error: the server is taken away from them
	 * @param Queues|null $queues null: in the databases
	 */
	public function __construct(
		private readonly Farm $farm,
		private readonly int $atOnce,
		private readonly array $arguments = [],
		private readonly bool $mayFail = false,
		private readonly ?Queues $queues = null
	) {
	}

	/**
	 * Starts what is missing if a job is ready. An end by an error is ours, unless it may be.
	 *
	 * @return array{ready:int,claimed:int,abandoned:int} jobs of the repo, see {@see Farm::jobs()}; none is that of a
	 *   runner which has ended
	 */
	public function tend(): array {
		foreach ( $this->running as $i => $runner ) {
			if ( !$runner->isRunning() ) {
				unset( $this->running[$i] );
				if ( $this->mayFail ) {
					$this->failed += (int)!$runner->hasSucceeded();
				} else {
					$runner->assertSuccess();
				}
			}
		}
		$jobs = ( $this->queues ?? $this->farm )->jobs( $this->farm->repo );
		while ( $jobs['ready'] && count( $this->running ) < $this->atOnce ) {
			$this->running[] = $this->farm->start( $this->farm->repo, 'runJobs', $this->arguments );
			$this->started++;
		}
		$this->most = max( $this->most, count( $this->running ) );
		return $jobs;
	}

	public function areRunning(): bool {
		return $this->running !== [];
	}

	/** How many have ended by an error. */
	public function failed(): int {
		return $this->failed;
	}

	/** Kills one of them by chance, if there is one; says whether that met it alive. */
	public function killOne(): bool {
		if ( !$this->running ) {
			return false;
		}
		$i = array_rand( $this->running );
		$runner = $this->running[$i];
		unset( $this->running[$i] );
		return $runner->kill();
	}

	public function started(): int {
		return $this->started;
	}

	/** The most that have run at once. */
	public function most(): int {
		return $this->most;
	}

	public function kill(): void {
		foreach ( $this->running as $runner ) {
			$runner->kill();
		}
		$this->running = [];
	}
}
