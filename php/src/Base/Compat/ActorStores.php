<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use MediaWiki\User\ActorNormalization;
use MediaWiki\User\ActorStoreFactory;

/**
 * The store for actors that are not users here.
 *
 * Where temporary accounts are on, the ordinary store refuses to make an actor for an address; what happened on
 * the repo has happened, so the one for imports, where there is one, is asked.
 */
final class ActorStores {

	public static function forRemoteActors( ActorStoreFactory $factory ): ActorNormalization {
		return method_exists( $factory, 'getActorStoreForImport' )
			? $factory->getActorStoreForImport()
			: $factory->getActorNormalization();
	}
}
