<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use Wikibase\Lib\Changes\Change;
use Wikibase\Lib\Changes\ChangeStore;

/**
 * Notes which changes Wikibase's job has handed over, where it would delete them: somebody else needs them yet. They
 * are deleted all the same if by then Wikibase serves every client, whatever was the case when the job began.
 */
class KeepingChangeStore implements ChangeStore {

	public function __construct(
		private readonly ChangeStore $changes,
		private readonly RolloutStore $store
	) {
	}

	public function saveChange( Change $change ): void {
		$this->changes->saveChange( $change );
	}

	/**
	 * @param int[] $changeIds
	 */
	public function deleteChangesByChangeIds( array $changeIds ): void {
		$this->store->handedOver(
			array_values( $changeIds ),
			fn () => $this->changes->deleteChangesByChangeIds( $changeIds )
		);
	}
}
