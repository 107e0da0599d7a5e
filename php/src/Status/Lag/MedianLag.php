<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Lag;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use Psr\Log\LoggerInterface;
use Throwable;
use Wikimedia\ObjectCache\WANObjectCache;

/**
 * The client in the middle, and how far it is behind: looked up at most once every few seconds, by one request, while
 * the others take what was found before.
 *
 * A failure is kept as long as an answer: where the database does not answer, not every request has to find out.
 */
class MedianLag {

	/** Seconds. */
	private const TTL = 5;
	/** Seconds for which an old answer is good enough while somebody looks anew. */
	private const STALE = 30;
	private const UNKNOWN = [];

	public function __construct(
		private readonly NativeFactory $native,
		private readonly WANObjectCache $cache,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @return array{siteId:string,seconds:int}|null null when there is no client, or nobody knows
	 */
	public function get(): ?array {
		if ( !$this->native->isUsable() ) {
			// Other hosts know it, so they are not told that it is unknown.
			return null;
		}
		return $this->cache->getWithSetCallback(
			$this->cache->makeKey( 'wikibase-dispatch-median-lag' ),
			self::TTL,
			fn (): array => $this->lookUp(),
			[
				'lockTSE' => self::STALE,
				'staleTTL' => self::STALE,
				'busyValue' => self::UNKNOWN,
				// Nobody looks before the time.
				'lowTTL' => 0,
				'hotTTR' => 0,
			]
		) ?: null;
	}

	private function lookUp(): array {
		try {
			$median = $this->native->dispatcher()->lag()->median();
		} catch ( Throwable $e ) {
			Event::LagUnknown->write( $this->logger, [], $e );
			return self::UNKNOWN;
		}
		return $median === null
			? self::UNKNOWN
			: [ 'siteId' => $median->siteId(), 'seconds' => $median->seconds() ];
	}
}
