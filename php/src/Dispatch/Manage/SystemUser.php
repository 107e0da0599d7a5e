<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage;

use MediaWiki\User\User;
use MediaWiki\User\UserIdentity;
use RuntimeException;

/**
 * The account in whose name maintenance scripts act. Nobody can log in to it or register it.
 */
class SystemUser {

	public const NAME = 'Wikibase Dispatch';

	/** Makes the account if it is not there yet. */
	public static function get(): UserIdentity {
		return User::newSystemUser( self::NAME, [ 'steal' => true ] )
			?? throw new RuntimeException( 'cannot make the account by which scripts are recorded: ' . self::NAME );
	}
}
