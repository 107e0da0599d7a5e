<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use RuntimeException;

/**
 * The settings do not say where the repo's database is.
 */
class UnknownRepoException extends RuntimeException {

	public function __construct() {
		parent::__construct(
			'Cannot find the repo of this wiki. Set $wgWikibaseDispatchSettings[\'repoDatabase\'] to its database ' .
			'domain.'
		);
	}
}
