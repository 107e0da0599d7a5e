<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use Wikimedia\Rdbms\IDatabase;

/**
 * The time as a database has it: what native code compares with others of its times must be of that clock.
 */
final class DatabaseClock {

	/** As MediaWiki writes times: 14 digits, UTC. */
	public static function now( IDatabase $db ): string {
		$now = $db->getType() === 'sqlite'
			? "strftime('%Y%m%d%H%M%S', 'now')"
			: "DATE_FORMAT(UTC_TIMESTAMP(), '%Y%m%d%H%i%s')";
		return (string)$db->newSelectQueryBuilder()->select( [ 'now' => $now ] )->caller( __METHOD__ )->fetchField();
	}
}
