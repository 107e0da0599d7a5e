<?php
/**
 * Keeps several job runners of the repo going, each a process of its own, while there are jobs.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDemo;

class RepoRunners {

	/** @var list<Process> */
	private array $running = [];
	private int $started = 0;
	private int $most = 0;

	/**
	 * @param Farm $farm
	 * @param int $atOnce
	 * @param list<string> $arguments of runJobs
	 */
	public function __construct(
		private readonly Farm $farm,
		private readonly int $atOnce,
		private readonly array $arguments = []
	) {
	}

	/**
	 * Starts what is missing if a job is ready. An end by an error is ours.
	 *
	 * @return array{ready:int,claimed:int,abandoned:int} jobs of the repo, see {@see Farm::jobs()}; none is that of a
	 *   runner which has ended
	 */
	public function tend(): array {
		foreach ( $this->running as $i => $runner ) {
			if ( !$runner->isRunning() ) {
				unset( $this->running[$i] );
				$runner->assertSuccess();
			}
		}
		$jobs = $this->farm->jobs( $this->farm->repo );
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
