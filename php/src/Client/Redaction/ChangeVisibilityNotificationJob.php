<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;

/**
 * The job of Wikibase that tells a client that revisions were hidden on the repo, or are shown again. Further
 * parameter: `visibilityBitFlag`, their `rev_deleted`.
 */
class ChangeVisibilityNotificationJob extends RevisionsNotificationJob {

	public function __construct(
		array $params,
		private readonly RepoRevisions $repo,
		RecentChangeRedactor $redactor
	) {
		parent::__construct( Jobs::CHANGE_VISIBILITY_NOTIFICATION, $params, $redactor );
	}

	/**
	 * @inheritDoc
	 */
	protected function redact( array $rows, array $revisions ): void {
		$this->redactor->hide( $rows, array_fill_keys( $revisions, (int)$this->params['visibilityBitFlag'] ) );
	}

	/**
	 * @inheritDoc
	 */
	protected function times( array $revisions ): ?array {
		$times = [];
		foreach ( array_keys( $revisions ) as $revision ) {
			$following = $this->repo->timesFrom( $revision );
			if ( $following === null ) {
				return null;
			}
			array_push( $times, $revisions[$revision], ...$following );
		}
		return $times;
	}
}
