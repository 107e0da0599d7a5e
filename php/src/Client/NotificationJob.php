<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\JobQueue\Job;
use Psr\Log\LoggerInterface;
use Throwable;
use WikibaseDispatch\DispatchException;

/**
 * What the jobs that bring changes to a client have in common.
 */
abstract class NotificationJob extends Job {

	private bool $retry = true;

	public function __construct( string $command, array $params, private readonly LoggerInterface $logger ) {
		parent::__construct( $command, $params );
		$this->removeDuplicates = true;
		// An entity may be used on very many pages; what was pushed for some of them is committed before the next.
		$this->executionFlags |= self::JOB_NO_EXPLICIT_TRX_ROUND;
	}

	/**
	 * Does the work; what it throws is for the job runner, which has the queue retry if that can help.
	 *
	 * @param string $repo site id
	 * @param Closure():void $work
	 */
	protected function attempt( string $repo, Closure $work ): bool {
		try {
			$work();
			return true;
		} catch ( Throwable $e ) {
			$this->retry = !$e instanceof DispatchException || $e->isRetryable();
			Event::NotificationFailed->write( $this->logger, [ 'repo' => $repo ], $e );
			throw $e;
		}
	}

	/**
	 * @inheritDoc
	 */
	public function allowRetries() {
		return $this->retry;
	}
}
