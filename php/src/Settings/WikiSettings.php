<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Settings;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ClientGroups;
use MediaWiki\Extension\WikibaseDispatch\Rollout\Rollout;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutState;
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
	];

	/** Formats of notifications, as native code names them. */
	private const FORMATS = [ 'native', 'entity-change', 'change-ids' ];

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
		'triggerMaxDelay' => [ Jobs::TRIGGER, 3 ],
	];

	private ?array $delays = null;
	private ?Rollout $rollout = null;

	/**
	 * @param array<string,mixed> $configured `$wgWikibaseDispatchSettings`
	 * @param array<string,mixed> $wikibase Wikibase's settings of the repo, and in `ownClient` what names the repo
	 *   itself if it is a client (site id => database domain); or `isClientOnly`; empty where there is no Wikibase
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

	/**
	 * All clients, whoever dispatches to them.
	 *
	 * @return array<string,string> site id => database domain
	 */
	public function clients(): array {
		$clients = $this->localClientDatabases();
		if ( !is_array( $clients ) ) {
			// Native code says what is wrong with it.
			return [];
		}
		return array_is_list( $clients ) ? array_combine( $clients, $clients ) : $clients;
	}

	/** Who is to dispatch to which client. */
	public function rollout(): Rollout {
		$this->rollout ??= Rollout::parse(
			$this->configured[Rollout::SETTING] ?? RolloutState::On->value,
			$this->groups()
		);
		return $this->rollout;
	}

	/** Site id of the only client; null if there is none or more than one, or if Wikibase dispatches to any. */
	public function onlyClient(): ?string {
		$clients = $this->clients();
		if ( count( $clients ) !== 1 || !$this->rollout()->isEverywhere( RolloutState::On ) ) {
			return null;
		}
		return (string)array_key_first( $clients );
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
		return max( 1, (int)$this->delays()['triggerMaxDelay'] );
	}

	/**
	 * The settings for native code, unchecked.
	 *
	 * @param list<string> $leaving clients that are to be Wikibase's, but are still delivered to by us
	 * @return array<string,mixed>
	 */
	public function forNative( array $leaving = [] ): array {
		$clients = $this->localClientDatabases();
		$ours = array_merge( $this->rollout()->clientsIn( RolloutState::On, RolloutState::Shadow ), $leaving );
		if ( count( $ours ) < count( $this->clients() ) ) {
			$clients = array_intersect_key( $this->clients(), array_flip( $ours ) );
		}
		return $this->delays() + [
			'repoSiteId' => $this->repoSiteId(),
			'localClientDatabases' => $clients,
		] + $this->notificationFormat( $ours ) + array_diff_key(
			$this->configured,
			self::OWN,
			array_fill_keys(
				[ self::LOCK_MANAGER, self::STRATEGY, self::LAG_FACTOR, Rollout::SETTING, ClientGroups::SETTING ], true
			),
			array_flip( ClientSettings::NAMES )
		);
	}

	/**
	 * @param list<string> $clients
	 */
	private function notificationFormat( array $clients ): array {
		$format = $this->configured['notificationFormat'] ?? self::FORMATS[0];
		if ( !is_array( $format ) ) {
			return [ 'notificationFormat' => $format ];
		}
		$formats = $this->groups()->assign( 'notificationFormat', $format, self::FORMATS[0], self::FORMATS );
		return [ 'notificationFormat' => array_intersect_key( $formats, array_flip( $clients ) ) ];
	}

	private function groups(): ClientGroups {
		$groups = $this->configured[ClientGroups::SETTING] ?? [];
		if ( !is_array( $groups ) ) {
			throw new InvalidExtensionSettingException( ClientGroups::SETTING, $groups, 'a map of names to clients' );
		}
		return new ClientGroups( $groups, array_map( 'strval', array_keys( $this->clients() ) ) );
	}

	private function localClientDatabases(): mixed {
		if ( $this->wikibase['isClientOnly'] ?? false ) {
			return [];
		}
		$clients = $this->configured['localClientDatabases'] ?? $this->wikibase['localClientDatabases'] ?? [];
		// Wikibase lets any of its settings be a function.
		$clients = $clients instanceof Closure ? $clients() : $clients;
		$own = $this->wikibase['ownClient'] ?? [];
		if ( $own === [] || !is_array( $clients ) ) {
			return $clients;
		}
		return ( array_is_list( $clients ) ? array_combine( $clients, $clients ) : $clients ) + $own;
	}

	private function delays(): array {
		$this->delays ??= $this->possibleDelays();
		return $this->delays;
	}

	/**
	 * On a queue that cannot delay jobs, a client that rests, or an announcement that waits, would wait for a job that
	 * nobody pushes.
	 */
	private function possibleDelays(): array {
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
			Event::DelayIgnored->write(
				$this->logger,
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
