<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use Psr\Log\LoggerInterface;

/**
 * The job, on a client, that brings changes in our own format. Parameters: `repo`, the repo's site id, and `changes`,
 * which only native code reads.
 */
class DispatchNotificationJob extends NotificationJob {

	public function __construct(
		array $params,
		private readonly NotificationDecoder $decoder,
		private readonly NotificationHandler $handler,
		LoggerInterface $logger
	) {
		parent::__construct( Jobs::NOTIFICATION, $params, $logger );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		// Nobody knows what a queue has made of it.
		$repo = is_string( $this->params['repo'] ?? null ) ? $this->params['repo'] : '';
		return $this->attempt( $repo, function () use ( $repo ): void {
			$this->handler->handle(
				$repo,
				$this->decoder->decode( $this->params['changes'] ?? null ),
				$this->getRootJobParams()
			);
		} );
	}
}
