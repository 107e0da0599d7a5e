<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Rollout;

/**
 * Who dispatches to which client right now: what {@see RolloutKeeper} has made of the configuration, as the table
 * `wb_changes_rollout` has it. Wikibase's own job goes by this, never by the configuration, which reaches the servers
 * of a farm one after the other.
 */
final class AppliedRollout {

	/** Name of the row that is about Wikibase's own dispatching; no client has it. */
	public const WIKIBASE = '';

	/** Of Wikibase's row: it dispatches to nobody. */
	public const IDLE = 'idle';
	/** Of Wikibase's row: it is about to dispatch to some again; its position is not known for good. */
	public const STARTING = 'starting';
	/** Of Wikibase's row: it dispatches to some; every change up to its position has been, or need not be. */
	public const SERVING = 'serving';

	/** Of a client: ours alone. */
	public const ON = 'on';
	/** Of a client: Wikibase's, and watched by us. */
	public const SHADOW = 'shadow';
	/** Of a client: Wikibase's; what was written up to its position is still delivered by us, too. */
	public const LEAVING = 'leaving';

	/** Position of a client that leaves, or is watched: it is not known yet. */
	public const UNKNOWN = 4294967295;

	/**
	 * @param array<string,array{state:string,position:int}> $rows
	 */
	public function __construct( private readonly array $rows ) {
	}

	/** State of Wikibase's own dispatching; null: it serves every client, and we have never been asked. */
	public function wikibase(): ?string {
		return $this->rows[self::WIKIBASE]['state'] ?? null;
	}

	/** Up to this id Wikibase's own dispatching has nothing to do. */
	public function floor(): int {
		return $this->rows[self::WIKIBASE]['position'] ?? 0;
	}

	/** State of a client; null: Wikibase's, and not watched. */
	public function of( string $client ): ?string {
		return $this->rows[$client]['state'] ?? null;
	}

	/**
	 * @return list<string> site ids
	 */
	public function clientsIn( string $state ): array {
		return array_map( 'strval', array_keys( array_filter(
			$this->rows,
			static fn ( array $row, int|string $name ) => $name !== self::WIKIBASE && $row['state'] === $state,
			ARRAY_FILTER_USE_BOTH
		) ) );
	}

	/**
	 * @return array<string,int> site id => up to where we still deliver
	 */
	public function leaving(): array {
		return $this->positionsIn( self::LEAVING );
	}

	/**
	 * @return array<string,int> site id => after which change both, Wikibase and we, are compared
	 */
	public function watched(): array {
		return $this->positionsIn( self::SHADOW );
	}

	public function hasClients(): bool {
		return array_diff_key( $this->rows, [ self::WIKIBASE => true ] ) !== [];
	}

	/**
	 * @return array<string,int>
	 */
	private function positionsIn( string $state ): array {
		$positions = [];
		foreach ( $this->clientsIn( $state ) as $client ) {
			$positions[$client] = $this->rows[$client]['position'];
		}
		return $positions;
	}
}
