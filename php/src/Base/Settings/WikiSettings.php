<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Settings;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use Psr\Log\LoggerInterface;

/**
 * What this wiki's configuration says about dispatching, with what it leaves out taken from Wikibase's settings, from
 * the wiki and from what its job queue can do.
 *
 * Native code checks the values of {@see forNative()}; those that only the extension uses are checked here.
 */
class WikiSettings {

	/** Formats of notifications, as native code names them. */
	public const NATIVE = 'native';
	public const ENTITY_CHANGE = 'entity-change';

	private const FORMAT = 'notificationFormat';

	/** Of `$wgLockManagers`; null: the locks of the repo's database. */
	private const LOCK_MANAGER = 'dispatchingLockManager';

	/** See {@see maxTime()}. */
	private const MAX_TIME = 'dispatchMaxTime';

	/** Of native code: what PHP may take, which bounds what native code takes beside it; 0: no limit. */
	private const MEMORY = 'memoryLimit';
	private const MUCH = 1 << 30;

	/** Of native code: clients that cannot be served, by name. */
	private const REFUSED = 'refusedClients';

	/** See {@see lagToMaxLagFactor()}. */
	private const LAG_FACTOR = 'dispatchLagToMaxLagFactor';

	/** Links on the status page. */
	private const RUNBOOK = 'runbookUrl';
	private const DASHBOARD = 'dashboardUrl';

	/** Settings that only make sense where jobs can be delayed: name => job. */
	private const NEEDS_DELAY = [
		'dispatchDefaultDispatchInterval' => Jobs::CLIENT,
		'triggerMaxDelay' => Jobs::TRIGGER,
		'triggerEveryChanges' => Jobs::TRIGGER,
	];
	/** Of these: it is no delay, but what ends one. */
	private const ENDS_DELAY = 'triggerEveryChanges';

	private ?array $delays = null;
	private ?ClientDatabases $clients = null;
	private ?Rollout $rollout = null;
	private bool $areRefusedTold = false;

	/**
	 * @param array<string,mixed> $configured `$wgWikibaseDispatchSettings`
	 * @param array<string,mixed> $wikibase Wikibase's settings of the repo, and in `ownClient` what names the repo
	 *   itself if it is a client (site id => database domain); or `isClientOnly`; empty where there is no Wikibase
	 * @param string $databaseName
	 * @param JobQueues $queues
	 * @param LoggerInterface $logger
	 * @param Closure():string|null $defaultFormat of notifications, where nobody has configured one; null: our own
	 */
	public function __construct(
		private readonly array $configured,
		private readonly array $wikibase,
		private readonly string $databaseName,
		private readonly JobQueues $queues,
		private readonly LoggerInterface $logger,
		private readonly ?Closure $defaultFormat = null
	) {
	}

	/** A wiki with clients is a repo. */
	public function isRepo(): bool {
		return $this->localClientDatabases() !== [] || $this->ownClient() !== [];
	}

	public function repoSiteId(): mixed {
		$siteId = $this->configured['repoSiteId'] ?? $this->wikibase['siteGlobalID'] ?? $this->databaseName;
		return is_int( $siteId ) ? (string)$siteId : $siteId;
	}

	/**
	 * All clients that can be served, whoever dispatches to them.
	 *
	 * @return array<string,string> site id => database domain
	 */
	public function clients(): array {
		return $this->read()->served();
	}

	/**
	 * Clients that would be ours, and cannot be served: their configuration is wrong.
	 *
	 * @return array<string,string> name => why
	 */
	public function refusedClients(): array {
		$rollout = $this->rolloutOfAll();
		return array_filter(
			$this->read()->refused(),
			static fn ( int|string $name ) => $rollout->of( (string)$name ) !== RolloutState::Off,
			ARRAY_FILTER_USE_KEY
		);
	}

	/** Who is to dispatch to which client that can be served. */
	public function rollout(): Rollout {
		$this->rollout ??= $this->rolloutOfAll()->only( array_map( 'strval', array_keys( $this->clients() ) ) );
		return $this->rollout;
	}

	private function rolloutOfAll(): Rollout {
		return Rollout::parse( $this->configured[Rollout::SETTING] ?? RolloutState::On->value, $this->groups() );
	}

	/** Seconds after which a job of a client begins nothing more; native code has the setting, too, for those of the repo. */
	public function maxTime(): int {
		$seconds = $this->configured[self::MAX_TIME] ?? 60;
		if ( !is_int( $seconds ) || $seconds < 1 ) {
			throw new InvalidExtensionSettingException( self::MAX_TIME, $seconds, 'a whole number of at least 1' );
		}
		return $seconds;
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

	/** The median lag in seconds, divided by this, is what the API takes for lag; 0: the API is not told. */
	public function lagToMaxLagFactor(): float {
		$factor = $this->configured[self::LAG_FACTOR] ?? $this->wikibase[self::LAG_FACTOR] ?? 0;
		if ( !( is_int( $factor ) || is_float( $factor ) ) || $factor < 0 ) {
			throw new InvalidExtensionSettingException( self::LAG_FACTOR, $factor, 'a number of at least 0' );
		}
		return (float)$factor;
	}

	/** What this wiki's operators do about trouble; null: the settings do not say. */
	public function runbookUrl(): ?string {
		return $this->address( self::RUNBOOK );
	}

	/** Where they have plots of the metrics; null: the settings do not say. */
	public function dashboardUrl(): ?string {
		return $this->address( self::DASHBOARD );
	}

	private function address( string $setting ): ?string {
		$address = $this->configured[$setting] ?? null;
		if ( $address !== null && !( is_string( $address ) && preg_match( '!^https?://[^\s"<>]+$!Di', $address ) ) ) {
			throw new InvalidExtensionSettingException( $setting, $address, 'an address with http:// or https://' );
		}
		return $address;
	}

	/**
	 * The settings for native code, unchecked.
	 *
	 * @return array<string,mixed>
	 */
	public function forNative(): array {
		$this->tellRefused();
		return $this->notificationFormat() + $this->allButFormat() + [ self::MEMORY => self::memoryLimit() ];
	}

	/** Once in a process. */
	private function tellRefused(): void {
		if ( !$this->areRefusedTold ) {
			$this->areRefusedTold = true;
			foreach ( $this->refusedClients() as $client => $why ) {
				Event::ClientRefused->write( $this->logger, [ 'client' => (string)$client, 'why' => $why ] );
			}
		}
	}

	/**
	 * The settings for who only announces changes, at the cost of an edit.
	 *
	 * @return array<string,mixed>
	 */
	public function forGate(): array {
		return $this->allButFormat();
	}

	private function allButFormat(): array {
		$jobs = [ Jobs::TRIGGER, Jobs::CLIENT ];
		$clients = $this->localClientDatabases();
		return $this->delays() + $this->rolloutForNative() + [
			'repoSiteId' => $this->repoSiteId(),
			// What else it is, native code says.
			ClientDatabases::SETTING => is_array( $clients ) ? $this->clients() : $clients,
			self::REFUSED => array_map( 'strval', array_keys( $this->refusedClients() ) ),
			'canDelay' => array_values( array_filter( $jobs, $this->queues->canDelay( ... ) ) ),
			'claimsToDelay' => array_values( array_filter( $jobs, $this->queues->claimsToDelay( ... ) ) ),
		] + array_diff_key(
			$this->configured,
			[ self::FORMAT => true ],
			array_fill_keys(
				[
					self::LOCK_MANAGER, self::LAG_FACTOR, self::RUNBOOK, self::DASHBOARD, Rollout::SETTING,
					ClientGroups::SETTING,
				],
				true
			),
			array_flip( ClientSettings::NAMES )
		);
	}

	private function rolloutForNative(): array {
		$rollout = $this->rollout();
		$states = [];
		foreach ( $rollout->clients() as $client ) {
			$states[$client] = $rollout->of( $client )->value;
		}
		return [ Rollout::SETTING => $states ];
	}

	private function notificationFormat(): array {
		$default = $this->defaultFormat === null ? self::NATIVE : ( $this->defaultFormat )();
		$format = $this->configured[self::FORMAT] ?? $default;
		if ( is_array( $format ) ) {
			$formats = $this->groups()->assign( self::FORMAT, $format, $default, array_keys( Jobs::FORMATS ) );
			$format = array_intersect_key( $formats, $this->clients() );
		}
		return [ self::FORMAT => $format ];
	}

	private function groups(): ClientGroups {
		$groups = $this->configured[ClientGroups::SETTING] ?? [];
		if ( !is_array( $groups ) ) {
			throw new InvalidExtensionSettingException( ClientGroups::SETTING, $groups, 'a map of names to clients' );
		}
		// Other settings may name a client that is refused.
		$all = $this->clients() + $this->read()->refused();
		return new ClientGroups( $groups, array_map( 'strval', array_keys( $all ) ) );
	}

	private function read(): ClientDatabases {
		if ( $this->clients === null ) {
			$configured = $this->localClientDatabases();
			$this->clients = new ClientDatabases( is_array( $configured ) ? $configured : [], $this->ownClient() );
		}
		return $this->clients;
	}

	private function localClientDatabases(): mixed {
		if ( $this->wikibase['isClientOnly'] ?? false ) {
			return [];
		}
		$clients = $this->configured['localClientDatabases'] ?? $this->wikibase['localClientDatabases'] ?? [];
		// Wikibase lets any of its settings be a function.
		return $clients instanceof Closure ? $clients() : $clients;
	}

	/**
	 * @return array<string,string> site id => database domain of the repo, if it is a client
	 */
	private function ownClient(): array {
		return $this->wikibase['isClientOnly'] ?? false ? [] : $this->wikibase['ownClient'] ?? [];
	}

	/**
	 * Settings that somebody has set, and that change nothing, because the queue does not even say that it can delay
	 * jobs.
	 *
	 * @return array<string,int> name => value
	 */
	public function withoutEffect(): array {
		$set = [];
		foreach ( self::NEEDS_DELAY as $name => $job ) {
			$value = $this->configured[$name] ?? 0;
			if ( is_int( $value ) && $value > 0 && !$this->queues->claimsToDelay( $job ) ) {
				$set[$name] = $value;
			}
		}
		return $set;
	}

	/**
	 * On a queue that cannot delay jobs, a client that rests, or an announcement that waits, would wait for a job that
	 * nobody pushes.
	 */
	private function delays(): array {
		if ( $this->delays === null ) {
			$ignored = $this->withoutEffect();
			$this->delays = array_fill_keys( array_keys( array_diff_key( $ignored, [ self::ENDS_DELAY => 0 ] ) ), 0 );
			if ( $ignored !== [] ) {
				Event::DelayIgnored->write(
					$this->logger,
					[ 'settings' => implode( ', ', array_keys( $ignored ) ), 'configured' => $ignored ]
				);
			}
		}
		return $this->delays;
	}

	private static function memoryLimit(): int {
		$limit = wfShorthandToInteger( (string)ini_get( 'memory_limit' ), -1 );
		return $limit <= 0 ? 0 : min( $limit, self::MUCH );
	}
}
