<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;

/**
 * How dispatching was doing in one minute: a row of `wb_changes_history`.
 */
final class Sample {

	/** Clients whose lag is kept by name. */
	public const WORST = 8;

	/**
	 * @param int $time Unix time, by the database's clock
	 * @param int $newest id of the newest change that was visible
	 * @param int $seen what the client in the middle had seen
	 * @param int $medianLag seconds
	 * @param string $health value of a `Health`
	 * @param array<string,int> $worst site id => seconds of lag, the most lagged first; at most {@see WORST}, and only
	 *   clients that lagged
	 */
	public function __construct(
		public readonly int $time,
		public readonly int $newest,
		public readonly int $seen,
		public readonly int $medianLag,
		public readonly string $health,
		public readonly array $worst
	) {
	}

	public static function of( FarmStatus $status ): self {
		$seen = $worst = [];
		foreach ( $status->clients() as $client ) {
			if ( $client->isServed() ) {
				$seen[] = $client->seen();
				if ( count( $worst ) < self::WORST && $client->lagSeconds() > 0 ) {
					$worst[$client->siteId()] = $client->lagSeconds();
				}
			}
		}
		rsort( $seen );
		return new self(
			$status->takenAt(),
			$status->newest(),
			// Of two in the middle the fresher, as the median lag has it.
			$seen[intdiv( max( 0, count( $seen ) - 1 ), 2 )] ?? $status->newest(),
			$status->medianLag() ?? 0,
			$status->health()->value,
			$worst
		);
	}

	/**
	 * Seconds that a client lagged; null: it is not among those that were kept by name, and these lagged.
	 */
	public function lagOf( string $siteId ): ?int {
		return $this->worst[$siteId] ?? ( count( $this->worst ) < self::WORST ? 0 : null );
	}
}
