<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Config\Config;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\HostSettings;
use MediaWiki\HookContainer\HookContainer;
use MediaWiki\MainConfigNames;

/**
 * Whether anybody on this wiki hears of recent changes as they are saved.
 */
class RecentChangeListeners {

	private const HOOK = 'RecentChange_save';

	/**
	 * @param HookContainer $hooks
	 * @param Config $config
	 */
	public function __construct( private readonly HookContainer $hooks, private readonly object $config ) {
	}

	public function exist(): bool {
		return $this->hooks->isRegistered( self::HOOK )
			|| HostSettings::map( $this->config, MainConfigNames::RCFeeds ) !== []
			|| $this->config->get( MainConfigNames::EnotifWatchlist );
	}
}
