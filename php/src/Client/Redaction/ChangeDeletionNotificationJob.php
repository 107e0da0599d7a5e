<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;

/**
 * The job of Wikibase that tells a client that the page of an entity was deleted on the repo, with its revisions.
 */
class ChangeDeletionNotificationJob extends RevisionsNotificationJob {

	public function __construct(
		array $params,
		RecentChangeRedactor $redactor
	) {
		parent::__construct( Jobs::CHANGE_DELETION_NOTIFICATION, $params, $redactor );
	}

	/**
	 * @inheritDoc
	 */
	protected function redact( array $rows, array $revisions ): void {
		$this->redactor->delete( $rows );
	}

	/**
	 * The last revision of a run is deleted with the others, so it is one of them.
	 *
	 * @inheritDoc
	 */
	protected function times( array $revisions ): array {
		return array_values( $revisions );
	}
}
