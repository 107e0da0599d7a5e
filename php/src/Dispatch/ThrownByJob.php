<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Throwable;
use WikibaseDispatch\Job;

/**
 * What was thrown while a job ran, by us or by native code: a job names both by their numbers.
 */
class ThrownByJob {

	/** @var list<Throwable> */
	private array $ours = [];

	public function __construct( private readonly Job $job ) {
	}

	/**
	 * @return int its number
	 */
	public function keep( Throwable $e ): int {
		$this->ours[] = $e;
		return count( $this->ours ) - 1;
	}

	/**
	 * @param array{host?:int,native?:int} $cause
	 */
	public function throwable( array $cause ): Throwable {
		if ( isset( $cause['host'] ) ) {
			return $this->ours[$cause['host']];
		}
		try {
			$this->job->raise( $cause['native'] ?? -1 );
		} catch ( Throwable $e ) {
			return $e;
		}
	}
}
