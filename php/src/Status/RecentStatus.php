<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use Psr\Log\LoggerInterface;
use Throwable;
use Wikimedia\ObjectCache\WANObjectCache;

/**
 * The status of a few seconds ago, however often it is asked for. Where there is no cache,
 * everybody is answered anew.
 *
 * A failure is kept as long as an answer: where the database does not answer, not every request has to find out.
 */
class RecentStatus {

	/** Of what is kept; counts up when the classes change. */
	private const VERSION = 4;

	/** Nothing but the log says why; see {@see whyUnknown()}. */
	public const UNREADABLE = 'unreadable';

	/** Seconds. */
	private const TTL = 5;
	/** Seconds for which an old answer is good enough while somebody looks anew. */
	private const STALE = 15;

	/**
	 * @param Module $module without which this host cannot know anything
	 * @param RepoConnection $connection
	 * @param StatusReader $reader
	 * @param WANObjectCache $cache
	 * @param LoggerInterface $logger
	 */
	public function __construct(
		private readonly Module $module,
		private readonly RepoConnection $connection,
		private readonly StatusReader $reader,
		private readonly WANObjectCache $cache,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @return FarmStatus|null null: it is not known; {@see whyUnknown()}
	 */
	public function get(): ?FarmStatus {
		if ( !$this->module->isUsable() ) {
			// Other hosts know it, so they are not told that it is unknown.
			return null;
		}
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

	/**
	 * Why this host does not know how dispatching is.
	 *
	 * @return non-empty-list<string> the end of a message's key, and its parameters
	 */
	public function whyUnknown(): array {
		$unsupported = $this->connection->unsupportedType();
		return match ( true ) {
			!$this->module->isLoaded() => [ 'no-module', $this->module->needed() ],
			!$this->module->isUsable() => [ 'other-module', $this->module->needed(), $this->module->version ],
			$unsupported !== null => [ 'unsupported-database', $unsupported ],
			default => [ self::UNREADABLE ],
		};
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
