<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;

/**
 * Lets Wikibase's own dispatching do what is left to it: everything, nothing, or its part for some clients, of which it
 * then deletes no change that ours has yet to deliver.
 */
class WikibaseDispatching {

	public function __construct(
		private readonly RolloutStore $store,
		private readonly WikibaseJobs $jobs,
		private readonly EditAnnouncer $announcer
	) {
	}

	/**
	 * @param array<string,mixed> $params of the job
	 */
	public function run( array $params ): bool {
		switch ( $this->store->load()->wikibase() ) {
			case null:
				// The trigger has not looked at a configuration by which something is ours, if there is one.
				$this->announcer->changesWritten( 1 );
				return $this->jobs->original( $params )->run();
			case AppliedRollout::IDLE:
				$this->announcer->announce( 1 );
				return true;
			default:
				$this->announcer->announce( 1 );
				return $this->jobs->forItsOwnClients( $params )->run();
		}
	}
}
