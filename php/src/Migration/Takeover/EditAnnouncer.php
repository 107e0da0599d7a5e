<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Edits;

/**
 * Tells our dispatching that Wikibase has written changes, once they are committed.
 */
class EditAnnouncer {

	/** Changes for which nobody has been asked to look yet. */
	private int $unannounced = 0;

	public function __construct(
		private readonly WikiSettings $settings,
		private readonly Edits $edits
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
		$this->unannounced += $count;
		// It runs when the transaction has ended, and what it throws is logged: an edit never fails by it.
		DeferredUpdates::addCallableUpdate( $this->announceAll( ... ) );
	}

	/** Whoever comes first speaks for all changes that were written by then: they are committed, too. */
	private function announceAll(): void {
		if ( $this->unannounced > 0 ) {
			$this->edits->changesWritten( $this->unannounced );
			// Not before: if that fails, the next one tries.
			$this->unannounced = 0;
		}
	}
}
