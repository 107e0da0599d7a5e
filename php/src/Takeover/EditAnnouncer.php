<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Takeover;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;

/**
 * Tells our dispatching that Wikibase has written changes, once they are committed.
 */
class EditAnnouncer {

	public function __construct(
		private readonly WikiSettings $settings,
		private readonly TriggerScheduler $scheduler
	) {
	}

	/** Whether some client is to be told by Wikibase. */
	public function isForWikibase(): bool {
		return !$this->settings->rollout()->isEverywhere( RolloutState::On );
	}

	/**
	 * May be called before commit, as a process on the command line does.
	 *
	 * @param int $count at least 1
	 */
	public function changesWritten( int $count ): void {
		if ( !$this->settings->rollout()->isEverywhere( RolloutState::Off ) ) {
			$this->announce( $count );
		}
	}

	/**
	 * The same, even if by the configuration no client is ours: one may be about to leave.
	 *
	 * @param int $count at least 1
	 */
	public function announce( int $count ): void {
		// It runs when the transaction has ended, and what it throws is logged: an edit never fails by it.
		DeferredUpdates::addCallableUpdate( fn () => $this->scheduler->changesWritten( $count ) );
	}
}
