<?php
/**
 * The databases of a benchmark's farm: made once for a stream of changes, saved, and restored before each run, so that
 * every run of every contender starts from the same bytes.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Farm;

use PDO;
use WikibaseDispatchBench\Input\Stream;

interface Engine {

	/** Name for people. */
	public function name(): string;

	/** Keeps the databases as they are under a name. Nobody may be connected. */
	public function save( string $name ): void;

	/** Brings back what was saved, and starts what has to run. */
	public function restore( string $name ): void;

	/** Ends what runs. */
	public function stop(): void;

	/** Gives every client a database with a job queue. The repo's must be there. */
	public function addClients( Stream $stream ): void;

	/** An administrator's connection to the repo; not the contenders'. */
	public function repo(): PDO;

	/**
	 * Jobs that wait in the queue of a wiki.
	 *
	 * @return list<array{job_id:int,job_cmd:string,job_params:string}> in the order in which they were pushed
	 */
	public function jobs( string $wiki ): array;

	/** What the server has counted so far; null where there is none. */
	public function counters(): ?Counters;
}
