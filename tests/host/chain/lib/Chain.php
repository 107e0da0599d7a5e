<?php
/**
 * The services through which the jobs of a farm go, from the push to their run.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

interface Chain {

	/**
	 * What wiki/LocalSettings.php reads.
	 *
	 * @return array<string,mixed>
	 */
	public function settings(): array;

	public function start(): void;

	/** Ends everything that was started. */
	public function stop(): void;

	/**
	 * Jobs that the queue has taken, in order, those that it drops later included.
	 *
	 * @param list<string> $types
	 * @return iterable<array{at:float,id:string,wiki:string,type:string,params:array}>
	 */
	public function pushed( array $types ): iterable;

	/**
	 * Jobs that were run to their end and succeeded, in order. One that was run twice stands there twice.
	 *
	 * @return iterable<array{at:float,id:string,wiki:string,type:string}>
	 */
	public function run(): iterable;

	/**
	 * Seconds of processor time so far, by what used them.
	 *
	 * @return array<string,float>
	 */
	public function cpu(): array;
}
