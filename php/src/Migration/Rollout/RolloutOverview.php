<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Rollout;

/**
 * Who dispatches to which client.
 */
final class RolloutOverview {

	/**
	 * @param string|null $wikibase state of Wikibase's own dispatching; null: it serves every client
	 * @param int $floor up to this change Wikibase's own dispatching has nothing to do
	 * @param list<RolloutRow> $rows of all clients that can be served
	 */
	public function __construct(
		public readonly ?string $wikibase,
		public readonly int $floor,
		public readonly array $rows
	) {
	}

	/** That of one client; null if there is none of that name. */
	public function of( string $client ): ?RolloutRow {
		foreach ( $this->rows as $row ) {
			if ( $row->client === $client ) {
				return $row;
			}
		}
		return null;
	}

	/** Up to which change Wikibase and we can be compared. */
	public function comparedUpTo( RolloutRow $row ): int {
		return min( $row->seen ?? 0, $this->floor );
	}
}
