<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Mark;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\DatabaseClock;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RepoDatabase;
use Wikimedia\Rdbms\IDatabase;

/**
 * `wb_changes_client` of the repo: what clients say about themselves.
 */
class MarkTable {

	private const NAME = 'wb_changes_client';

	/** A mark that says the same is renewed after this, in seconds. Native code believes it for three days. */
	private const RENEWED_AFTER = 86400;

	public function __construct( private readonly RepoDatabase $repo ) {
	}

	/** Whether update.php has made the table. */
	public function isThere(): bool {
		return $this->db()->tableExists( self::NAME, __METHOD__ );
	}

	/**
	 * Writes the mark of a client, unless there is one that says the same and is of today. Columns of others stay.
	 *
	 * @param string $siteId
	 * @param string $version of the client's extension
	 * @param list<string> $formats
	 */
	public function renew( string $siteId, string $version, array $formats ): void {
		$db = $this->db();
		$now = DatabaseClock::now( $db );
		$said = [ 'cc_version' => $version, 'cc_formats' => implode( ',', $formats ) ];
		$there = $db->newSelectQueryBuilder()
			->select( [ 'cc_version', 'cc_formats', 'cc_time' ] )
			->from( self::NAME )
			->where( [ 'cc_site' => $siteId ] )
			->caller( __METHOD__ )
			->fetchRow();
		if ( $there && [ $there->cc_version, $there->cc_formats ] === array_values( $said )
			&& abs( self::seconds( $now ) - self::seconds( $there->cc_time ) ) < self::RENEWED_AFTER
		) {
			return;
		}
		$said['cc_time'] = $now;
		$db->upsert( self::NAME, [ 'cc_site' => $siteId ] + $said, [ [ 'cc_site' ] ], $said, __METHOD__ );
	}

	private static function seconds( string $time ): int {
		return (int)wfTimestamp( TS_UNIX, $time );
	}

	private function db(): IDatabase {
		return $this->repo->primary();
	}
}
