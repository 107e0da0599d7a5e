<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use InvalidArgumentException;
use MediaWiki\WikiMap\WikiMap;
use Wikimedia\Rdbms\DatabaseDomain;

/**
 * Names of databases, as MediaWiki writes them where a table prefix may follow.
 */
final class Domains {

	/** Of a database without a table prefix, whatever is in its name. */
	public static function ofDatabase( string $name ): string {
		return ( new DatabaseDomain( $name, null, '' ) )->getId();
	}

	/** Whether it can be a domain: it has a few parts at most. */
	public static function isOne( string $domain ): bool {
		try {
			DatabaseDomain::newFromId( $domain );
			return true;
		} catch ( InvalidArgumentException ) {
			return false;
		}
	}

	/**
	 * Whether it is a wiki that MediaWiki lets jobs be pushed to.
	 *
	 * @param string $domain
	 * @param list<string> $farm wiki ids of `$wgLocalDatabases`
	 */
	public static function isOfFarm( string $domain, array $farm ): bool {
		return self::isOne( $domain ) && ( in_array( WikiMap::getWikiIdFromDbDomain( $domain ), $farm, true )
			|| WikiMap::isCurrentWikiDbDomain( $domain ) );
	}

	/**
	 * What is to be said of a domain that cannot be reached, if it looks like a database's name with a dash in it.
	 * Table prefixes end with `_`, as MediaWiki's installer makes them.
	 */
	public static function hint( string $domain ): string {
		return str_contains( $domain, '-' ) && !str_ends_with( $domain, '_' )
			? " (if its database is called '$domain', and that is no table prefix behind the dash, name it '" .
				self::ofDatabase( $domain ) . "' in localClientDatabases)"
			: '';
	}
}
