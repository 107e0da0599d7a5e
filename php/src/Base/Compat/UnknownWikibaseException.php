<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use RuntimeException;

/**
 * This version of Wikibase makes its job in a way that is not known here, so it cannot be run for some clients only.
 */
class UnknownWikibaseException extends RuntimeException {

	public function __construct( string $type ) {
		parent::__construct(
			"cannot run Wikibase's DispatchChanges job for some clients only: it asks for '$type', which this " .
			"version of WikibaseDispatch does not know; set \$wgWikibaseDispatchSettings['rollout'] " .
			"to 'on' or 'off' for all"
		);
	}
}
