<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Rollout;

/**
 * Who dispatches to which client right now: what native code has made of the configuration, as the table
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

	/** The change from which, or up to which, the state of a client is so; null: it has none of its own. */
	public function positionOf( string $client ): ?int {
		return $this->rows[$client]['position'] ?? null;
	}

	/** State of a client; null: Wikibase's, and not watched. */
	public function of( string $client ): ?string {
		return $this->rows[$client]['state'] ?? null;
	}
}
