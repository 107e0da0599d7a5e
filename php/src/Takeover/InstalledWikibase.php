<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Takeover;

use MediaWiki\MainConfigNames;
use MediaWiki\MediaWikiServices;

/**
 * What the Wikibase of this wiki is configured to be, if there is one. Nothing is configured twice.
 */
final class InstalledWikibase {

	private const REPO_SETTINGS = 'WikibaseRepo.Settings';
	private const CLIENT_SETTINGS = 'WikibaseClient.Settings';

	private const NAMES = [
		'siteGlobalID', 'localClientDatabases', 'dispatchingLockManager', 'dispatchLagToMaxLagFactor',
	];

	/** Whether its client is installed here, which keeps usages and subscriptions itself. */
	public static function isClient( MediaWikiServices $services ): bool {
		return $services->hasService( self::CLIENT_SETTINGS );
	}

	/**
	 * Wikibase's settings that concern dispatching. A repo that is a client is one of its own clients, whether it is
	 * listed or not.
	 *
	 * @return array<string,mixed>
	 */
	public static function repoSettings( MediaWikiServices $services ): array {
		if ( !$services->hasService( self::REPO_SETTINGS ) ) {
			if ( $services->hasService( self::CLIENT_SETTINGS ) ) {
				// Farms have one file of settings for all wikis: what it says of the repo is not about this one.
				return [ 'isClientOnly' => true ];
			}
			$config = $services->getMainConfig();
			return $config->has( 'WBRepoSettings' ) ? $config->get( 'WBRepoSettings' ) : [];
		}
		$wikibase = $services->get( self::REPO_SETTINGS );
		$settings = [];
		foreach ( self::NAMES as $name ) {
			if ( $wikibase->hasSetting( $name ) ) {
				$settings[$name] = $wikibase->getSetting( $name );
			}
		}
		if ( $services->hasService( self::CLIENT_SETTINGS ) ) {
			$settings['ownClient'] = [
				$services->get( self::CLIENT_SETTINGS )->getSetting( 'repoSiteId' ) =>
					$services->getMainConfig()->get( MainConfigNames::DBname ),
			];
		}
		return $settings;
	}
}
