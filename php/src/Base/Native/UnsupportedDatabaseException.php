<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use RuntimeException;

/**
 * The wiki's database is of a type that native code cannot open.
 */
class UnsupportedDatabaseException extends RuntimeException {

	public function __construct( string $type, string $domain ) {
		parent::__construct(
			"cannot dispatch the changes of '$domain': its database is of type '$type', and WikibaseDispatch " .
			'works on MariaDB, MySQL and SQLite'
		);
	}
}
