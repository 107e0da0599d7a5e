<?php
/**
 * Dispatches as Wikibase's own maintenance script did until 2021, to run beside ours as during a migration: the same
 * table, the same lock names, and the same weaknesses. It reads a client's state before it has the lock, gives the lock
 * back before its new state is committed, writes that state unconditionally, and knows nothing of claims, nor of ids
 * that are yet to be committed.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use PDO;

class CronDispatcher {

	private const BATCH = 100;
	/** Seconds that MediaWiki's lock() waits unless told otherwise. */
	private const LOCK_TIMEOUT = 5;
	/** Microseconds that a pass takes at most, besides its queries. */
	private const WORK = 100_000;

	private readonly PDO $db;

	public function __construct( private readonly Farm $farm, private readonly string $repoSiteId ) {
		$this->db = $farm->databases->connect( $farm->repo );
	}

	/** One pass for one client; says whether there was one to choose. */
	public function dispatch(): bool {
		$candidates = $this->rows(
			'SELECT chd_site FROM {wb_changes_dispatch}
			WHERE chd_seen < ( SELECT MAX( change_id ) FROM {wb_changes} ) AND chd_disabled = 0
			ORDER BY chd_seen LIMIT 15'
		);
		if ( !$candidates ) {
			return false;
		}
		$site = $candidates[array_rand( $candidates )]['chd_site'];
		$state = $this->rows( 'SELECT * FROM {wb_changes_dispatch} WHERE chd_site = ?', [ $site ] )[0];
		$lock = self::lockName( $this->repoSiteId, $site );
		if ( $this->rows( 'SELECT GET_LOCK( ?, ? ) AS got', [ $lock, self::LOCK_TIMEOUT ] )[0]['got'] !== 1 ) {
			return true;
		}
		$this->note( $site, 'begin' );
		[ $relevant, $seen ] = $this->pending( $site, (int)$state['chd_seen'] );
		if ( $relevant ) {
			$this->notify( $site, $relevant );
		}
		// Loading entities and pushing took its time.
		usleep( mt_rand( 0, self::WORK ) );
		// The last moment at which it surely has the lock.
		$this->note( $site, 'end' );
		$this->db->beginTransaction();
		$this->rows( 'SELECT RELEASE_LOCK( ? )', [ $lock ] );
		$this->db->prepare( $this->sql(
			'UPDATE {wb_changes_dispatch} SET chd_db = ?, chd_seen = ?, chd_touched = ?, chd_lock = NULL
			WHERE chd_site = ?'
		) )->execute( [ $state['chd_db'], $seen, gmdate( 'YmdHis' ), $site ] );
		$this->db->commit();
		return true;
	}

	/** A name that is too long for the server is replaced as MediaWiki does it. */
	public static function lockName( string $repoSiteId, string $site ): string {
		$name = strtr( "Wikibase.$repoSiteId.dispatchChanges.$site", ' ', '_' );
		return strlen( $name ) > 64 ? sha1( $name ) : $name;
	}

	/**
	 * @return array{list<int>,int} ids of the changes that matter to the client, and how far that is
	 */
	private function pending( string $site, int $seen ): array {
		$changes = $this->rows(
			'SELECT change_id, change_info, cs_row_id IS NOT NULL AS subscribed FROM {wb_changes}
			LEFT JOIN {wb_changes_subscription} ON cs_entity_id = change_object_id AND cs_subscriber_id = ?
			WHERE change_id > ? ORDER BY change_id LIMIT ' . self::BATCH,
			[ $site, $seen ]
		);
		$relevant = [];
		foreach ( $changes as $change ) {
			$diff = json_decode( json_decode( $change['change_info'], true )['compactDiff'] ?? '', true );
			if ( $change['subscribed'] || isset( $diff['siteLinkChanges'][$site] ) ) {
				$relevant[] = (int)$change['change_id'];
			}
		}
		return [ $relevant, $changes ? (int)end( $changes )['change_id'] : $seen ];
	}

	/**
	 * Wikibase's job would be pushed here, which nobody in the farm could run: it is recorded as delivered at once.
	 *
	 * @param string $site
	 * @param list<int> $changes
	 */
	private function notify( string $site, array $changes ): void {
		$this->db->prepare( "INSERT INTO $site.demo_delivery ( delivery_time, delivery_params )
			VALUES ( UNIX_TIMESTAMP( SYSDATE( 6 ) ), ? )" )->execute( [ serialize( [ 'changeIds' => $changes ] ) ] );
	}

	private function note( string $site, string $event ): void {
		$this->db->prepare( 'INSERT INTO demo_pass ( pass_site, pass_connection, pass_user, pass_event )
			VALUES ( ?, CONNECTION_ID(), USER(), ? )' )->execute( [ $site, $event ] );
	}

	private function rows( string $sql, array $values = [] ): array {
		$statement = $this->db->prepare( $this->sql( $sql ) );
		$statement->execute( $values );
		return $statement->fetchAll( PDO::FETCH_ASSOC );
	}

	private function sql( string $sql ): string {
		return $this->farm->databases->sql( $this->farm->repo, $sql );
	}
}
