<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\SystemUser;
use MediaWiki\User\Hook\UserGetReservedNamesHook;

/**
 * Reserves the name of the account by which maintenance scripts act.
 */
class ReservedNamesHandler implements UserGetReservedNamesHook {

	/**
	 * @inheritDoc
	 */
	public function onUserGetReservedNames( &$reservedUsernames ) {
		$reservedUsernames[] = SystemUser::NAME;
	}
}
