<?php
/**
 * Keeps job runners going while entities are edited: on each host one of the repo, and one that serves the other wikis
 * in turn.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

use WikibaseDispatchTests\Process;

class Runners {

	/** @var array<string,Process> place => what runs there */
	private array $running = [];
	/** @var list<string> */
	private array $turn;
	private int $started = 0;

	/**
	 * @param list<Host> $hosts
	 * @param int $seconds after which a runner ends, so that another one reads the configuration
	 */
	public function __construct( private readonly array $hosts, private readonly int $seconds ) {
		$farm = $hosts[0]->farm;
		$this->turn = array_values( array_diff( $farm->wikis, [ $farm->repo ] ) );
	}

	/** Starts what is missing where a job is ready. */
	public function tend(): void {
		foreach ( $this->running as $place => $runner ) {
			if ( !$runner->isRunning() ) {
				unset( $this->running[$place] );
				$runner->assertSuccess();
			}
		}
		foreach ( $this->hosts as $number => $host ) {
			$this->start( "repo $number", $host, $host->farm->repo );
		}
		foreach ( $this->turn as $wiki ) {
			if ( $this->start( 'clients', $this->hosts[$this->started % count( $this->hosts )], $wiki ) ) {
				$this->turn = [ ...array_diff( $this->turn, [ $wiki ] ), $wiki ];
			}
		}
	}

	public function waitUntilDone(): void {
		while ( array_filter( $this->running, static fn ( Process $runner ) => $runner->isRunning() ) ) {
			usleep( 50_000 );
		}
		array_map( static fn ( Process $runner ) => $runner->assertSuccess(), $this->running );
		$this->running = [];
	}

	public function kill(): void {
		array_map( static fn ( Process $runner ) => $runner->kill(), $this->running );
		$this->running = [];
	}

	private function start( string $place, Host $host, string $wiki ): bool {
		if ( isset( $this->running[$place] ) || !$host->farm->jobs( $wiki )['ready'] ) {
			return false;
		}
		$this->running[$place] = $host->farm->start( $wiki, 'runJobs', [ '--maxtime', (string)$this->seconds ] );
		$this->started++;
		return true;
	}
}
