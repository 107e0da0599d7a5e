<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Page;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\History\Sample;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use Psr\Log\LoggerInterface;
use Wikimedia\ObjectCache\WANObjectCache;
use Wikimedia\Rdbms\DBQueryError;

/**
 * The status as it was a few seconds ago: however many people look, the database is asked once in so long.
 */
class RecentStatus {

	/** Seconds. */
	private const TTL = 5;
	/** Seconds; nothing is added to the history before a minute has passed. */
	private const HISTORY_TTL = 20;
	/** Seconds for which an old answer is good enough while somebody looks anew. */
	private const STALE = 30;

	private const MINUTES_PER_HOUR = 60;
	/** Minutes before a plot begins, from which its first line may come. */
	private const BEFORE = 10;

	public function __construct(
		private readonly StatusReader $reader,
		private readonly HistoryStore $store,
		private readonly WANObjectCache $cache,
		private readonly LoggerInterface $logger
	) {
	}

	public function status(): FarmStatus {
		return $this->remember( 'status', self::TTL, fn (): FarmStatus => $this->reader->read() );
	}

	/**
	 * @param int $hours
	 * @return list<Sample>|null in order of time; null where there is no table of them
	 */
	public function history( int $hours ): ?array {
		try {
			return $this->remember( "history-$hours", self::HISTORY_TTL, function () use ( $hours ): array {
				$minutes = $this->store->minutes();
				return $this->store->since( $minutes['now'] - $hours * self::MINUTES_PER_HOUR - self::BEFORE );
			} );
		} catch ( DBQueryError $e ) {
			$this->logger->warning( 'the history of dispatching cannot be read: {exception}', [ 'exception' => $e ] );
			return null;
		}
	}

	private function remember( string $what, int $seconds, Closure $lookUp ): mixed {
		return $this->cache->getWithSetCallback(
			$this->cache->makeKey( 'wikibase-dispatch-page', $what ),
			$seconds,
			$lookUp,
			[
				'lockTSE' => self::STALE,
				'staleTTL' => self::STALE,
				// Nobody looks before the time.
				'lowTTL' => 0,
				'hotTTR' => 0,
			]
		);
	}
}
