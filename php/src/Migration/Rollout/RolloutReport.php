<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Rollout;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnsupportedDatabaseException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;

/**
 * Finds out who dispatches to which client, and in what Wikibase and we differ where a client is watched.
 */
class RolloutReport {

	public function __construct(
		private readonly RolloutStore $store,
		private readonly ShadowRecord $shadow,
		private readonly WikiSettings $settings
	) {
	}

	/**
	 * @throws UnsupportedDatabaseException
	 */
	public function read(): RolloutOverview {
		return $this->of( $this->settings->rollout()->clients() );
	}

	/**
	 * @param list<string> $clients site IDs; those that are not known are left out
	 * @throws UnsupportedDatabaseException
	 */
	public function of( array $clients ): RolloutOverview {
		$configured = $this->settings->rollout();
		$clients = array_values( array_intersect( $clients, $configured->clients() ) );
		$applied = $this->store->load();
		$seen = $this->store->seen( $clients );
		$byDefault = $applied->wikibase() === AppliedRollout::IDLE ? 'on' : 'off';
		return new RolloutOverview( $applied->wikibase(), $applied->floor(), array_map(
			static fn ( string $client ) => new RolloutRow(
				$client,
				$configured->of( $client )->value,
				$applied->of( $client ) ?? $byDefault,
				$applied->positionOf( $client ),
				$seen[$client] ?? null
			),
			$clients
		) );
	}

	/**
	 * What only one has sent to a client that is watched, of what both have dealt with.
	 *
	 * @param RolloutOverview $overview that the row is from
	 * @param RolloutRow $row
	 * @param int|null $rows that are read at most; null: all
	 * @return array<int,list<int>> as {@see ShadowRecord::differences()}
	 */
	public function differences( RolloutOverview $overview, RolloutRow $row, ?int $rows = null ): array {
		return $row->applied === AppliedRollout::SHADOW
			? $this->shadow->differences( $row->client, $overview->comparedUpTo( $row ), $rows )
			: [ ShadowRecord::WIKIBASE => [], ShadowRecord::OURS => [] ];
	}
}
