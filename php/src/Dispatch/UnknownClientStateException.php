<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use RuntimeException;

/**
 * A client has no dispatch state.
 */
class UnknownClientStateException extends RuntimeException {

	public function __construct( string $siteId ) {
		parent::__construct(
			"there is no client '$siteId' in wb_changes_dispatch: it is named by its site id, and the first trigger " .
			'after it was configured puts it there'
		);
	}
}
