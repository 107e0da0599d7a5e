<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Settings\ClientSettings;
use Psr\Log\LoggerInterface;

/**
 * The job that brings changes in the format of Wikibase 1.38 and later. Parameters: `changes`, rows of `wb_changes`.
 */
class EntityChangeNotificationJob extends NotificationJob {

	public function __construct(
		array $params,
		private readonly NotificationDecoder $decoder,
		private readonly NotificationHandler $handler,
		private readonly ClientSettings $settings,
		LoggerInterface $logger
	) {
		parent::__construct( Jobs::ENTITY_CHANGE_NOTIFICATION, $params, $logger );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$repo = $this->settings->repoSiteId();
		return $this->attempt( $repo, function () use ( $repo ): void {
			$this->handler->handle( $repo, $this->decoder->ofRows( (array)( $this->params['changes'] ?? [] ) ) );
		} );
	}
}
