<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnusableModuleException;
use MediaWiki\JobQueue\Job;

/**
 * Stands for a job that takes the native module, on a host without it. No runner of this host is given such a job by a
 * {@see WithheldQueue}, but one that does not pop what it runs, as that of a Kafka queue, may be.
 *
 * It would give the job up after some attempts. So the job is queued anew, where that can be for later.
 */
class RefusedJob extends Job {

	/** Seconds. */
	private const LATER = 60;

	private bool $retry = true;

	public function __construct(
		array $params, private readonly JobQueues $queues, string $type, private readonly string $why
	) {
		parent::__construct( $type, $params );
	}

	/**
	 * @inheritDoc
	 * @throws UnusableModuleException
	 */
	public function run() {
		// A service that runs jobs without taking them from a queue, as here, can delay them.
		if ( $this->queues->claimsToDelay( $this->getType() ) ) {
			$this->queues->push( [ Jobs::later( $this->getType(), $this->getParams(), self::LATER ) ] );
			$this->retry = false;
		}
		throw new UnusableModuleException( $this->why );
	}

	/**
	 * @inheritDoc
	 */
	public function allowRetries() {
		return $this->retry;
	}
}
