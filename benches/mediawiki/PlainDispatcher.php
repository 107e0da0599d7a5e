<?php
/**
 * Maintenance script of the repo: the plain way to dispatch, client by client, as one would write it in PHP for
 * MediaWiki, and as fast as that goes: one statement for the changes of a chunk, one for the subscriptions, full jobs.
 *
 * It does without what makes dispatching safe, which would only cost more: no locks, no claims, no care for gaps.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class PlainDispatcher extends Maintenance {

	private const BATCH_SIZE = 1000;
	private const CHUNK_FACTOR = 3;
	private const MAX_CHUNKS = 15;
	private const COLUMNS = [
		'change_id', 'change_type', 'change_time', 'change_object_id', 'change_revision_id', 'change_user_id',
		'change_info',
	];

	public function execute(): void {
		$dbr = $this->getDB( DB_PRIMARY );
		$last = (int)$dbr->newSelectQueryBuilder()->select( 'MAX( change_id )' )->from( 'wb_changes' )
			->caller( __METHOD__ )->fetchField();
		$lagging = $dbr->newSelectQueryBuilder()->select( [ 'chd_site', 'chd_db', 'chd_seen' ] )
			->from( 'wb_changes_dispatch' )->where( [ 'chd_disabled' => 0, "chd_seen < $last" ] )
			->orderBy( 'chd_seen' )->caller( __METHOD__ )->fetchResultSet();
		$clients = $this->getConfig()->get( 'WikibaseDispatchSettings' )['localClientDatabases'];
		foreach ( $lagging as $client ) {
			if ( !isset( $clients[$client->chd_site] ) ) {
				continue;
			}
			$seen = (int)$client->chd_seen;
			while ( $seen < $last ) {
				$seen = $this->pass( $client->chd_site, $client->chd_db, $seen );
			}
		}
	}

	/**
	 * @return int what the client has seen then
	 */
	private function pass( string $site, string $domain, int $seen ): int {
		[ $batch, $considered ] = $this->nextBatch( $site, $seen );
		if ( $batch ) {
			MediaWikiServices::getInstance()->getJobQueueGroupFactory()->makeJobQueueGroup( $domain )->push(
				new JobSpecification( 'EntityChangeNotification', [ 'changes' => $batch ] )
			);
		}
		$dbw = $this->getDB( DB_PRIMARY );
		$dbw->update(
			'wb_changes_dispatch',
			[ 'chd_seen' => $considered, 'chd_touched' => $dbw->timestamp() ],
			[ 'chd_site' => $site, 'chd_seen' => $seen ],
			__METHOD__
		);
		return $considered;
	}

	/**
	 * @return array{list<array>,int} the relevant changes, and the last one looked at
	 */
	private function nextBatch( string $site, int $considered ): array {
		$batch = [];
		for ( $chunk = 0; $chunk < self::MAX_CHUNKS; $chunk++ ) {
			$changes = $this->getDB( DB_PRIMARY )->newSelectQueryBuilder()->select( self::COLUMNS )
				->from( 'wb_changes' )->where( "change_id > $considered" )->orderBy( 'change_id' )
				->limit( self::BATCH_SIZE * self::CHUNK_FACTOR )->caller( __METHOD__ )->fetchResultSet();
			$entities = [];
			foreach ( $changes as $change ) {
				$entities[$change->change_object_id] = true;
			}
			if ( !$entities ) {
				break;
			}
			$subscribed = array_fill_keys( $this->subscriptions( $site, array_keys( $entities ) ), true );
			foreach ( $changes as $change ) {
				$considered = (int)$change->change_id;
				if ( isset( $subscribed[$change->change_object_id] ) || self::linksTo( $change->change_info, $site ) ) {
					$batch[] = self::fields( $change );
					if ( count( $batch ) === self::BATCH_SIZE ) {
						return [ $batch, $considered ];
					}
				}
			}
		}
		return [ $batch, $considered ];
	}

	/**
	 * @return list<string> those of the entities that the client is subscribed to
	 */
	private function subscriptions( string $site, array $entities ): array {
		return $this->getDB( DB_PRIMARY )->newSelectQueryBuilder()->select( 'cs_entity_id' )
			->from( 'wb_changes_subscription' )
			->where( [ 'cs_subscriber_id' => $site, 'cs_entity_id' => array_map( strval( ... ), $entities ) ] )
			->caller( __METHOD__ )->fetchFieldValues();
	}

	/** Decodes only where the site is named at all: nearly never. */
	private static function linksTo( string $info, string $site ): bool {
		if ( !str_contains( $info, $site ) ) {
			return false;
		}
		$diff = json_decode( json_decode( $info, true )['compactDiff'] ?? '', true );
		return isset( $diff['siteLinkChanges'][$site] );
	}

	/** As Wikibase's client side expects a change. */
	private static function fields( stdClass $change ): array {
		return [
			'id' => (int)$change->change_id,
			'type' => $change->change_type,
			'time' => $change->change_time,
			'object_id' => $change->change_object_id,
			'revision_id' => $change->change_revision_id,
			'user_id' => $change->change_user_id,
			'info' => $change->change_info,
		];
	}
}

$maintClass = PlainDispatcher::class;
require_once RUN_MAINTENANCE_IF_MAIN;
