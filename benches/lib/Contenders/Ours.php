<?php
/**
 * This project: an edit announces its change, and MediaWiki's own job runner does the rest.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Contenders;

use RuntimeException;
use WikibaseDispatchBench\Farm\SavedFarm;

class Ours extends Contender {

	/** More runs of the job runner than this do not end. */
	private const MAX_RUNS = 50;

	/**
	 * @param string|null $strategy `dispatchStrategy`; null: what the extension takes by itself
	 * @param array<string,mixed> $bench
	 */
	public function __construct( private readonly ?string $strategy, private readonly array $bench = [] ) {
	}

	/**
	 * @inheritDoc
	 */
	public function name(): string {
		return 'ours' . ( $this->strategy === null ? '' : " ({$this->strategy})" );
	}

	/**
	 * @inheritDoc
	 */
	public function settings(): array {
		return $this->strategy === null ? [] : [ 'dispatchStrategy' => $this->strategy ];
	}

	/**
	 * @inheritDoc
	 */
	public function bench(): array {
		return $this->bench;
	}

	/**
	 * @inheritDoc
	 */
	public function start( SavedFarm $farm ): void {
		$farm->announce();
	}

	/**
	 * @inheritDoc
	 */
	public function processes( SavedFarm $farm, string $result ): iterable {
		for ( $runs = 0; $farm->repoJobs() > 0; $runs++ ) {
			if ( $runs === self::MAX_RUNS ) {
				throw new RuntimeException( "the repo's queue is not empty after $runs runs of runJobs" );
			}
			yield $farm->script( 'runJobs' );
		}
	}
}
