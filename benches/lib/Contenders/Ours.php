<?php
/**
 * This project: an edit announces its change, and MediaWiki's own job runner does the rest.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Contenders;

use RuntimeException;
use WikibaseDispatchBench\Farm\Farm;
use WikibaseDispatchBench\Farm\Shell;

class Ours implements Contender {

	private const ANNOUNCE = __DIR__ . '/../../../tests/demo/Announce.php';
	/** More runs of the job runner than this do not end. */
	private const MAX_RUNS = 50;

	/**
	 * @param string|null $strategy `dispatchStrategy`; null: what the extension takes by itself
	 */
	public function __construct( protected readonly ?string $strategy ) {
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
	public function delivers(): bool {
		return true;
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
		return [];
	}

	/**
	 * @inheritDoc
	 */
	public function start( Farm $farm ): void {
		Shell::run( ...$farm->script( (string)realpath( self::ANNOUNCE ) ) );
	}

	/**
	 * @inheritDoc
	 */
	public function processes( Farm $farm, string $result ): iterable {
		for ( $runs = 0; $farm->repoJobs() > 0; $runs++ ) {
			if ( $runs === self::MAX_RUNS ) {
				throw new RuntimeException( "the repo's queue is not empty after $runs runs of runJobs" );
			}
			yield $farm->script( 'runJobs' );
		}
	}
}
