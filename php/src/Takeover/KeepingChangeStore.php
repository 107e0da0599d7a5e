<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;
use Wikibase\Lib\Changes\Change;
use Wikibase\Lib\Changes\ChangeStore;

/**
 * Notes which changes Wikibase's job has handed over, where it would delete them: somebody else needs them yet.
 */
class KeepingChangeStore implements ChangeStore {

	public function __construct(
		private readonly ChangeStore $changes,
		private readonly RolloutStore $store
	) {
	}

	/**
	 * @param Change $change
	 */
	public function saveChange( Change $change ) {
		$this->changes->saveChange( $change );
	}

	/**
	 * @param int[] $changeIds
	 */
	public function deleteChangesByChangeIds( array $changeIds ): void {
		$this->store->noteHanded( $changeIds );
	}
}
