<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Settings;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use Psr\Log\LoggerInterface;

/**
 * What this wiki's configuration says about dispatching, with what it leaves out taken from Wikibase's settings, from
 * the wiki and from what its job queue can do.
 *
 * Native code checks the values of {@see forNative()}; those that only the extension uses are checked here.
 */
class WikiSettings {

	/** Settings that only the extension uses, all of them whole numbers from 1 on: name => default. */
	private const OWN = [
		'dispatchMaxTime' => 60,
		'purgeCacheBatchSize' => 300,
		'recentChangesBatchSize' => 300,
	];

	/** Of `$wgLockManagers`; null: the locks of the repo's database. */
	private const LOCK_MANAGER = 'dispatchingLockManager';

	/** Who serves the clients that are due: see {@see dispatchStrategy()}. */
	private const STRATEGY = 'dispatchStrategy';
	public const AUTO = 'auto';
	public const INLINE = 'inline';
	public const JOBS = 'jobs';

	/** See {@see lagToMaxLagFactor()}. */
	private const LAG_FACTOR = 'dispatchLagToMaxLagFactor';

	/** Settings that only make sense where jobs can be delayed: name => default there, in seconds. */
	private const NEEDS_DELAY = [
		'dispatchDefaultDispatchInterval' => [ Jobs::CLIENT, 60 ],
		'triggerMaxDelay' => [ Jobs::TRIGGER, 5 ],
	];

	private ?array $native = null;

	/**
	 * @param array<string,mixed> $configured `$wgWikibaseDispatchSettings`
	 * @param array<string,mixed> $wikibase `$wgWBRepoSettings`; empty where there is no Wikibase
	 * @param string $databaseName
	 * @param JobQueues $queues
	 * @param LoggerInterface $logger
	 */
	public function __construct(
		private readonly array $configured,
		private readonly array $wikibase,
		private readonly string $databaseName,
		private readonly JobQueues $queues,
		private readonly LoggerInterface $logger
	) {
	}

	/** A wiki with clients is a repo. */
	public function isRepo(): bool {
		return $this->localClientDatabases() !== [];
	}

	public function repoSiteId(): mixed {
		return $this->configured['repoSiteId'] ?? $this->wikibase['siteGlobalID'] ?? $this->databaseName;
	}

	/** Site id of the only client; null if there is none or more than one. */
	public function onlyClient(): ?string {
		$clients = $this->localClientDatabases();
		if ( !is_array( $clients ) || count( $clients ) !== 1 ) {
			return null;
		}
		return (string)( array_is_list( $clients ) ? $clients[0] : array_key_first( $clients ) );
	}

	/** Name of the lock manager; null: the locks of the repo's database. */
	public function lockManager(): ?string {
		$name = $this->configured[self::LOCK_MANAGER] ?? $this->wikibase[self::LOCK_MANAGER] ?? null;
		if ( $name !== null && !is_string( $name ) ) {
			throw new InvalidExtensionSettingException(
				self::LOCK_MANAGER, $name, 'null, or a name of $wgLockManagers'
			);
		}
		return $name;
	}

	/**
	 * `inline`: the trigger serves all clients that are due, in groups. `auto`: likewise, and if that is more than one
	 * group, it asks for another trigger at once, which a second runner takes, and so on: a small farm does without
	 * further jobs, and a large backlog spreads over the runners there are. `jobs`: a job for each client.
	 */
	public function dispatchStrategy(): string {
		$strategy = $this->configured[self::STRATEGY] ?? self::AUTO;
		if ( !in_array( $strategy, [ self::AUTO, self::INLINE, self::JOBS ], true ) ) {
			throw new InvalidExtensionSettingException( self::STRATEGY, $strategy, '"auto", "inline" or "jobs"' );
		}
		return $strategy;
	}

	/** The median lag in seconds, divided by this, is what the API takes for lag; 0: the API is not told. */
	public function lagToMaxLagFactor(): float {
		$factor = $this->configured[self::LAG_FACTOR] ?? $this->wikibase[self::LAG_FACTOR] ?? 0;
		if ( !( is_int( $factor ) || is_float( $factor ) ) || $factor < 0 ) {
			throw new InvalidExtensionSettingException( self::LAG_FACTOR, $factor, 'a number of at least 0' );
		}
		return (float)$factor;
	}

	/** Seconds after which a job starts no further pass. */
	public function maxTime(): int {
		return $this->own( 'dispatchMaxTime' );
	}

	/**
	 * Seconds after which a trigger looks whether everything that was begun has been done. No longer than an edit may
	 * have to wait, because the queue drops the triggers of edits while this one waits.
	 */
	public function lookAgainDelay(): int {
		return max( 1, (int)$this->forNative()['triggerMaxDelay'] );
	}

	/** Pages of a `htmlCacheUpdate` job. */
	public function purgeCacheBatchSize(): int {
		return $this->own( 'purgeCacheBatchSize' );
	}

	/** Rows of an insert into `recentchanges`. */
	public function recentChangesBatchSize(): int {
		return $this->own( 'recentChangesBatchSize' );
	}

	/**
	 * The settings for native code, unchecked.
	 *
	 * @return array<string,mixed>
	 */
	public function forNative(): array {
		$this->native ??= $this->delays() + [
			'repoSiteId' => $this->repoSiteId(),
			'localClientDatabases' => $this->localClientDatabases(),
		] + array_diff_key(
			$this->configured, self::OWN, array_flip( [ self::LOCK_MANAGER, self::STRATEGY, self::LAG_FACTOR ] )
		);
		return $this->native;
	}

	private function localClientDatabases(): mixed {
		$clients = $this->configured['localClientDatabases'] ?? $this->wikibase['localClientDatabases'] ?? [];
		// Wikibase lets any of its settings be a function.
		return $clients instanceof Closure ? $clients() : $clients;
	}

	/**
	 * On a queue that cannot delay jobs, a client that rests, or an announcement that waits, would wait for a job that
	 * nobody pushes.
	 */
	private function delays(): array {
		$delays = [];
		$replaced = [];
		foreach ( self::NEEDS_DELAY as $name => [ $job, $default ] ) {
			if ( $this->queues->canDelay( $job ) ) {
				$delays[$name] = $this->configured[$name] ?? $default;
				continue;
			}
			$value = $this->configured[$name] ?? 0;
			if ( is_int( $value ) && $value > 0 ) {
				$replaced[$name] = $value;
				$value = 0;
			}
			$delays[$name] = $value;
		}
		if ( $replaced !== [] ) {
			$this->logger->warning(
				'the job queue cannot delay jobs: {settings} taken as 0',
				[ 'settings' => implode( ' and ', array_keys( $replaced ) ), 'configured' => $replaced ]
			);
		}
		return $delays;
	}

	private function own( string $name ): int {
		$value = $this->configured[$name] ?? self::OWN[$name];
		if ( !is_int( $value ) || $value < 1 ) {
			throw new InvalidExtensionSettingException( $name, $value, 'a whole number of at least 1' );
		}
		return $value;
	}
}
