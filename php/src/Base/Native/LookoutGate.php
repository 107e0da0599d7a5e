<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\WikiMap\WikiMap;
use WikibaseDispatch\Settings;
use WikibaseDispatch\TriggerGate;
use Wikimedia\ObjectCache\BagOStuff;

/**
 * Opens to one request in a minute, of all workers that share their memory. APCu could do the same, but is not
 * everywhere; on a host without the native module it does where it is, and the gate is open where it is not.
 *
 * Every request asks, so it needs nothing but the name of the wiki.
 */
class LookoutGate {

	/** Seconds. */
	private const INTERVAL = 60;
	/** The most that a gate counts. */
	private const NEVER_IN_BETWEEN = 1000000;

	private ?TriggerGate $gate = null;

	/**
	 * @param bool $isThere whether there is a gate at all: what workers share has room for a number of them
	 * @param Module $module
	 * @param BagOStuff $cache of this host, for where there is no native gate
	 * @param string|null $name the requests that share a gate; null: those to this wiki
	 */
	public function __construct(
		private readonly bool $isThere,
		private readonly Module $module,
		private readonly BagOStuff $cache,
		private readonly ?string $name = null
	) {
	}

	public function opens(): bool {
		if ( !$this->isThere ) {
			return false;
		}
		if ( !$this->module->isUsable() ) {
			return $this->cache->add( $this->cache->makeKey( 'wikibase-dispatch-lookout' ), 1, self::INTERVAL );
		}
		$this->gate ??= new TriggerGate(
			new Settings( [
				'repoSiteId' => 'lookout',
				'localClientDatabases' => [],
				// Between two that open it nobody has to wait for a job.
				'canDelay' => [ Jobs::TRIGGER ],
				'triggerMaxDelay' => self::INTERVAL,
				'triggerEveryChanges' => self::NEVER_IN_BETWEEN,
			] ),
			( $this->name ?? WikiMap::getCurrentWikiId() ) . ' lookout'
		);
		return $this->gate->changesWritten() !== null;
	}
}
