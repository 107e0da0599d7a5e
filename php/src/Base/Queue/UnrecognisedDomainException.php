<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use MediaWiki\WikiMap\WikiMap;
use RuntimeException;

/**
 * A database domain is none of this farm's wikis, so that a job pushed to it would never run. The message says which
 * setting takes which value instead.
 *
 * MediaWiki has two names for a wiki, which differ where a database's name has a dash. Its domain joins the parts by
 * dashes, so one within a part is `?h`; its wiki id, as `$wgLocalDatabases` has it, does not care.
 */
class UnrecognisedDomainException extends RuntimeException {

	/**
	 * @param string $domain
	 * @param list<string> $farm wiki ids of `$wgLocalDatabases`
	 * @param string $setting that has the domain
	 */
	public function __construct( string $domain, array $farm, string $setting ) {
		$meant = self::meant( $domain, $farm );
		$remedies = [];
		if ( $meant !== $domain ) {
			$remedies[] = "name it '$meant' in $setting (a table prefix is part of a domain, and a dash in a " .
				"database's name is '?h' there)";
		}
		$wikiId = WikiMap::getWikiIdFromDbDomain( $meant );
		if ( !in_array( $wikiId, $farm, true ) && !WikiMap::isCurrentWikiDbDomain( $meant ) ) {
			$remedies[] = "add '$wikiId' to \$wgLocalDatabases";
		}
		$remedy = implode( ', and ', $remedies );
		parent::__construct( "the database domain '$domain' is no wiki of this farm: $remedy" );
	}

	/**
	 * The domain that somebody means who names a wiki by its wiki id, or by its database without the table prefix.
	 *
	 * @param string $domain
	 * @param list<string> $farm
	 */
	private static function meant( string $domain, array $farm ): string {
		$current = WikiMap::getCurrentWikiDbDomain();
		if ( $domain === $current->getDatabase() || $domain === WikiMap::getCurrentWikiId() ) {
			return $current->getId();
		}
		$asDatabase = Domains::ofDatabase( $domain );
		foreach ( $farm as $wikiId ) {
			if ( str_starts_with( $wikiId, "$domain-" ) ) {
				return $asDatabase . substr( $wikiId, strlen( $domain ) );
			}
		}
		$isName = array_intersect( [ $domain, $asDatabase ], $farm ) !== [] && !str_contains( $domain, '?' );
		return $isName || !Domains::isOne( $domain ) ? $asDatabase : $domain;
	}
}
