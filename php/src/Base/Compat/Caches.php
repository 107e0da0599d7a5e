<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use MediaWiki\MediaWikiServices;
use Wikimedia\ObjectCache\BagOStuff;
use Wikimedia\ObjectCache\WANObjectCache;

/**
 * The caches of a wiki, by the names that MediaWiki has for them.
 */
final class Caches {

	/** Present name first. */
	private const SERVICES = [ 'WANObjectCache', 'MainWANObjectCache' ];

	/** What is kept there survives the caches; it may be lost all the same. */
	public static function stash( MediaWikiServices $services ): BagOStuff {
		ClassNames::load( BagOStuff::class );
		return $services->getMainObjectStash();
	}

	/** Whether no process of this wiki has asked this within so many seconds. */
	public static function isFirst( MediaWikiServices $services, string $group, string $what, int $seconds ): bool {
		$stash = self::stash( $services );
		$key = $stash->makeKey( $group, $what );
		return !$stash->get( $key ) && $stash->add( $key, 1, $seconds );
	}

	/** Only the processes of this host share it; where the host has none, it is always empty. */
	public static function ofHost( MediaWikiServices $services ): BagOStuff {
		ClassNames::load( BagOStuff::class );
		return $services->getLocalServerObjectCache();
	}

	public static function wan( MediaWikiServices $services ): WANObjectCache {
		ClassNames::load( WANObjectCache::class );
		[ $present, $former ] = self::SERVICES;
		return $services->get( $services->has( $present ) ? $present : $former );
	}
}
