<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\History;

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

	/**
	 * Seconds that a client lagged; null: it is not among those that were kept by name, and these lagged.
	 */
	public function lagOf( string $siteId ): ?int {
		return $this->worst[$siteId] ?? ( count( $this->worst ) < self::WORST ? 0 : null );
	}
}
