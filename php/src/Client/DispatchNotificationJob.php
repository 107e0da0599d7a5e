<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\JobQueue\Job;
use WikibaseDispatch\InvalidNotificationException;

/**
 * The job, on a client, that brings changes. Parameters: `repo`, the repo's site id, and `changes`, which only
 * native code reads.
 */
class DispatchNotificationJob extends Job {

	private bool $retry = true;

	public function __construct( array $params, private readonly NotificationHandler $handler ) {
		parent::__construct( Jobs::NOTIFICATION, $params );
		$this->removeDuplicates = true;
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$repo = (string)( $this->params['repo'] ?? '' );
		try {
			$this->handler->handle( $repo, (string)( $this->params['changes'] ?? '' ) );
			return true;
		} catch ( InvalidNotificationException $e ) {
			// It would be the same the next time.
			$this->retry = false;
			$this->setLastError( "cannot decode a notification of '$repo': {$e->getMessage()}" );
			return false;
		}
	}

	/**
	 * @inheritDoc
	 */
	public function allowRetries() {
		return $this->retry;
	}
}
