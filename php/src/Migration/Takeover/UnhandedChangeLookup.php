<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use Wikibase\Lib\Changes\EntityChange;
use Wikibase\Lib\Store\Sql\EntityChangeLookup;

/**
 * Gives Wikibase's job the changes that it has not handed over: it is used to finding no others in the buffer.
 */
class UnhandedChangeLookup extends EntityChangeLookup {

	public function __construct(
		private readonly EntityChangeLookup $lookup,
		private readonly RolloutStore $store
	) {
	}

	/**
	 * @return EntityChange[]
	 */
	public function loadByEntityIdFromPrimary( string $entityId ): array {
		$changes = [];
		$floor = $this->store->load()->floor();
		foreach ( $this->lookup->loadByEntityIdFromPrimary( $entityId ) as $change ) {
			if ( $change->getId() > $floor ) {
				$changes[$change->getId()] = $change;
			}
		}
		foreach ( $this->store->handedAmong( array_keys( $changes ) ) as $id ) {
			unset( $changes[$id] );
		}
		return array_values( $changes );
	}
}
