<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Native;

use MediaWiki\WikiMap\WikiMap;
use WikibaseDispatch\Settings;
use WikibaseDispatch\TriggerGate;

/**
 * Opens to one request in a minute, of all workers that share their memory. APCu could do the same, but is not
 * everywhere.
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
	 * @param string|null $name the requests that share a gate; null: those to this wiki
	 */
	public function __construct( private readonly ?string $name = null ) {
	}

	public function opens(): bool {
		$this->gate ??= new TriggerGate(
			new Settings( [
				'repoSiteId' => 'lookout',
				'localClientDatabases' => [],
				'triggerMaxDelay' => self::INTERVAL,
				'triggerEveryChanges' => self::NEVER_IN_BETWEEN,
			] ),
			( $this->name ?? WikiMap::getCurrentWikiId() ) . ' lookout'
		);
		return $this->gate->changesWritten() !== null;
	}
}
