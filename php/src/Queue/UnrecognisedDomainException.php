<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Queue;

use RuntimeException;

/**
 * A database domain is none of this farm's wikis, so that a job pushed to it would never run.
 */
class UnrecognisedDomainException extends RuntimeException {

	public function __construct( string $domain ) {
		parent::__construct(
			"cannot push jobs to '$domain': the database domain is not in \$wgLocalDatabases"
		);
	}
}
