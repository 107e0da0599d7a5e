<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use RuntimeException;

/**
 * The wiki does not know which of its pages use which entities.
 */
class UsageTableMissingException extends RuntimeException {

	public function __construct( string $wiki, string $table ) {
		parent::__construct(
			"cannot find out which pages of '$wiki' use which entities: it has no table '$table'; " .
			'is the wiki a Wikibase client, and has maintenance/update.php been run?'
		);
	}
}
