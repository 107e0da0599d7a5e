<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

use Wikimedia\ObjectCache\WANObjectCache;

/**
 * The history of the last hours, as of some seconds ago: however many people look, the database is asked once in so
 * long.
 */
class RecentHistory {

	/** Of what is kept; counts up when the class of a sample changes. */
	private const VERSION = 1;

	/** Seconds; nothing is added before a minute has passed. */
	private const TTL = 20;
	/** Seconds for which an old answer is good enough while somebody looks anew. */
	private const STALE = 30;

	private const MINUTES_PER_HOUR = 60;
	/** Minutes before a plot begins, from which its first line may come. */
	private const BEFORE = 10;

	public function __construct(
		private readonly HistoryStore $store,
		private readonly WANObjectCache $cache
	) {
	}

	/**
	 * @param int $hours
	 * @return list<Sample> in order of time
	 */
	public function ofHours( int $hours ): array {
		return $this->cache->getWithSetCallback(
			$this->cache->makeKey( 'wikibase-dispatch-history', self::VERSION, $hours ),
			self::TTL,
			fn (): array => $this->read( $hours ),
			[
				'lockTSE' => self::STALE,
				'staleTTL' => self::STALE,
				'busyValue' => [],
				// Nobody looks before the time.
				'lowTTL' => 0,
				'hotTTR' => 0,
			]
		);
	}

	private function read( int $hours ): array {
		$now = $this->store->minutes()['now'];
		return $this->store->since( $now - $hours * self::MINUTES_PER_HOUR - self::BEFORE );
	}
}
