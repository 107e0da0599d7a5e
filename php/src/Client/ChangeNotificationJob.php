<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use Psr\Log\LoggerInterface;

/**
 * The job that brings changes in the format of Wikibase 1.37 and earlier. Parameters: `repo`, and `changeIds`, whose
 * rows are still to be read there. What names the repo there is its site, so it is taken for the domain of its database
 * only where this wiki is not told which that is.
 */
class ChangeNotificationJob extends NotificationJob {

	public function __construct(
		array $params,
		private readonly NotificationDecoder $decoder,
		private readonly RepoChangeLookup $changes,
		private readonly NotificationHandler $handler,
		private readonly ClientSettings $settings,
		LoggerInterface $logger
	) {
		parent::__construct( Jobs::CHANGE_NOTIFICATION, $params, $logger );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$repo = (string)( $this->params['repo'] ?? $this->settings->repoSiteId() );
		return $this->attempt( $repo, function () use ( $repo ): void {
			$rows = $this->changes->rows(
				$this->settings->repoDatabase() ?? $repo,
				array_map( 'intval', array_values( (array)( $this->params['changeIds'] ?? [] ) ) )
			);
			$this->handler->handle( $repo, $this->decoder->ofRows( $rows ), $this->getRootJobParams() );
		} );
	}
}
