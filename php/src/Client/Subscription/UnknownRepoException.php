<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use RuntimeException;

/**
 * Nobody has said where the repo's database is.
 */
class UnknownRepoException extends RuntimeException {

	public function __construct() {
		parent::__construct(
			'cannot find the repo of this wiki: say in $wgWikibaseDispatchSettings[\'repoDatabase\'] which database ' .
			'domain it has'
		);
	}
}
