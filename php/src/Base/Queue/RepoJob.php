<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use Closure;
use MediaWiki\JobQueue\Job;
use WikibaseDispatch\DispatchException;

/**
 * What the repo's jobs have in common: they call native code, which writes through a connection of its own.
 */
abstract class RepoJob extends Job {

	private bool $retry = true;

	public function __construct( string $command, array $params ) {
		parent::__construct( $command, $params );
		$this->removeDuplicates = true;
		// In a transaction round of ours, native code would wait for our lock, and we for native code.
		$this->executionFlags |= self::JOB_NO_EXPLICIT_TRX_ROUND;
	}

	/** Does the work; what it throws is for the job runner, which has the queue retry if that can help. */
	protected function attempt( Closure $work ): bool {
		try {
			$work();
			return true;
		} catch ( DispatchException $e ) {
			$this->retry = $e->isRetryable();
			throw $e;
		}
	}

	/** Until when the queue was to hold it back, in Unix time; null if it was to run at once. */
	protected function heldBackUntil(): ?int {
		$until = $this->params['jobReleaseTimestamp'] ?? null;
		// A queue may keep the time to itself.
		return $until === null && isset( $this->params['heldBack'] ) ? 0 : ( $until === null ? null : (int)$until );
	}

	/**
	 * @inheritDoc
	 */
	public function allowRetries() {
		return $this->retry;
	}
}
