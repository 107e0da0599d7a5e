<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\Log\Event;
use Psr\Log\LoggerInterface;
use Throwable;
use Wikimedia\ObjectCache\WANObjectCache;

/**
 * How dispatching is, as of a few seconds ago: for whoever may ask as often as he likes. Where there is no cache,
 * everybody is answered anew.
 *
 * A failure is kept as long as an answer: where the database does not answer, not every request has to find out.
 */
class RecentStatus {

	/** Of what is kept; counts up when the classes change. */
	private const VERSION = 1;

	/** Seconds. */
	private const TTL = 5;
	/** Seconds for which an old answer is good enough while somebody looks anew. */
	private const STALE = 15;

	public function __construct(
		private readonly StatusReader $reader,
		private readonly WANObjectCache $cache,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @return FarmStatus|null null: it is not known, and the log says why
	 */
	public function get(): ?FarmStatus {
		return $this->cache->getWithSetCallback(
			$this->cache->makeKey( 'wikibase-dispatch-status', self::VERSION ),
			self::TTL,
			fn (): array => [ $this->read() ],
			[
				'lockTSE' => self::STALE,
				'staleTTL' => self::STALE,
				'busyValue' => [ null ],
				// Nobody looks before the time.
				'lowTTL' => 0,
				'hotTTR' => 0,
			]
		)[0];
	}

	private function read(): ?FarmStatus {
		try {
			return $this->reader->read();
		} catch ( Throwable $e ) {
			Event::StatusUnknown->write( $this->logger, [], $e );
			return null;
		}
	}
}
