<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use MediaWiki\MediaWikiServices;
use MediaWiki\WikiMap\WikiMap;

/**
 * What the Wikibase of this wiki is configured to be, if there is one. Nothing is configured twice.
 */
final class InstalledWikibase {

	/** The extensions that it consists of. */
	public const REPO = 'WikibaseRepository';
	public const CLIENT = 'WikibaseClient';

	private const REPO_SETTINGS = 'WikibaseRepo.Settings';
	private const CLIENT_SETTINGS = 'WikibaseClient.Settings';

	private const NAMES = [
		'siteGlobalID', 'localClientDatabases', 'dispatchingLockManager', 'dispatchLagToMaxLagFactor',
	];

	/** Whether its client is installed here, which keeps usages and subscriptions itself. */
	public static function isClient( MediaWikiServices $services ): bool {
		return $services->hasService( self::CLIENT_SETTINGS );
	}

	/** Whether this wiki can be a repo. Every request asks, so no service of Wikibase is made for it. */
	public static function mayBeRepo( MediaWikiServices $services ): bool {
		if ( $services->hasService( self::REPO_SETTINGS ) ) {
			return true;
		}
		$config = $services->getMainConfig();
		return !$services->hasService( self::CLIENT_SETTINGS ) && self::nameClients(
			HostSettings::map( $config, 'WikibaseDispatchSettings' ), HostSettings::map( $config, 'WBRepoSettings' )
		);
	}

	/**
	 * The same, where no services may be used yet.
	 *
	 * @param list<string> $extensions that are loaded
	 * @param array<string,mixed> $globals
	 */
	public static function mayBeRepoBy( array $extensions, array $globals ): bool {
		if ( in_array( self::REPO, $extensions, true ) ) {
			return true;
		}
		return !in_array( self::CLIENT, $extensions, true ) && self::nameClients(
			(array)( $globals['wgWikibaseDispatchSettings'] ?? [] ), (array)( $globals['wgWBRepoSettings'] ?? [] )
		);
	}

	private static function nameClients( array $ours, array $wikibases ): bool {
		return isset( ( $ours + $wikibases )['localClientDatabases'] );
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
			return HostSettings::map( $services->getMainConfig(), 'WBRepoSettings' );
		}
		$settings = self::settings( $services->get( self::REPO_SETTINGS ), self::NAMES );
		if ( $services->hasService( self::CLIENT_SETTINGS ) ) {
			$settings['ownClient'] = [
				(string)$services->get( self::CLIENT_SETTINGS )->getSetting( 'repoSiteId' ) =>
					WikiMap::getCurrentWikiDbDomain()->getId(),
			];
		}
		return $settings;
	}

	/**
	 * Clients that Wikibase's repo tells which revisions were hidden or deleted. The repo itself is only one of them
	 * if it is listed.
	 *
	 * @return list<string> database domains
	 */
	public static function clientsToldOfRevisions( MediaWikiServices $services ): array {
		if ( !$services->hasService( self::REPO_SETTINGS ) ) {
			return [];
		}
		$clients = $services->get( self::REPO_SETTINGS )->getSetting( 'localClientDatabases' );
		return is_array( $clients ) ? array_values( $clients ) : [];
	}

	/**
	 * Settings of Wikibase's client as it resolves them, or as they are configured where its code is not installed.
	 *
	 * @param MediaWikiServices $services
	 * @param list<string> $names
	 * @return array<string,mixed>
	 */
	public static function clientSettings( MediaWikiServices $services, array $names ): array {
		return $services->hasService( self::CLIENT_SETTINGS )
			? self::settings( $services->get( self::CLIENT_SETTINGS ), $names )
			: HostSettings::map( $services->getMainConfig(), 'WBClientSettings' );
	}

	/**
	 * @param object $wikibase a `Wikibase\Lib\SettingsArray`
	 * @param list<string> $names
	 * @return array<string,mixed>
	 */
	private static function settings( object $wikibase, array $names ): array {
		$settings = [];
		foreach ( $names as $name ) {
			if ( $wikibase->hasSetting( $name ) ) {
				$settings[$name] = $wikibase->getSetting( $name );
			}
		}
		return $settings;
	}
}
