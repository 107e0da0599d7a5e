<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\ShadowRecord;
use MediaWiki\JobQueue\JobQueueGroup;

/**
 * Queues of a client that Wikibase dispatches to and we watch: what is pushed is noted and passed on.
 */
class WatchedQueueGroup extends JobQueueGroup {

	public function __construct(
		private readonly JobQueueGroup $group,
		private readonly string $site,
		private readonly ShadowRecord $record
	) {
	}

	/**
	 * @inheritDoc
	 */
	public function push( $jobs ) {
		$this->group->push( $jobs );
		$this->note( $jobs );
	}

	/**
	 * @inheritDoc
	 */
	public function lazyPush( $jobs ) {
		$this->group->lazyPush( $jobs );
		$this->note( $jobs );
	}

	private function note( mixed $jobs ): void {
		foreach ( is_array( $jobs ) ? $jobs : [ $jobs ] as $job ) {
			$ids = array_column( $job->getParams()['changes'] ?? [], 'id' );
			$this->record->note( $this->site, ShadowRecord::WIKIBASE, array_map( 'intval', $ids ) );
		}
	}
}
