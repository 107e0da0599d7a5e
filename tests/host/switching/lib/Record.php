<?php
/**
 * Writes down, by triggers of the database, each row of the change buffer and each notification that reaches a client's
 * queue, within the transactions that write them; and, to explain a loss, what becomes of the tables of the rollout.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

use RuntimeException;
use WikibaseDispatchTests\Farm;
use WikibaseDispatchTests\NotificationIds;

class Record {

	private const NOTIFICATIONS = [ 'EntityChangeNotification', 'ChangeNotification', 'DispatchNotification' ];

	/** Tables of which a history is kept: events, and what is written down of a row. */
	private const HISTORY = [
		'wb_changes' => [ [ 'INSERT', 'DELETE' ], [ 'change_id', 'change_object_id' ] ],
		'wb_changes_handed' => [ [ 'INSERT', 'DELETE' ], [ 'ch_change_id' ] ],
		'wb_changes_rollout' => [ [ 'INSERT', 'UPDATE', 'DELETE' ], [ 'cro_site', 'cro_state', 'cro_position' ] ],
		'wb_changes_dispatch' => [
			[ 'INSERT', 'UPDATE', 'DELETE' ], [ 'chd_site', 'chd_seen', 'chd_lock', 'chd_disabled' ],
		],
	];

	/** What is taken off the id of a change in Wikibase's format that the client shall not look up. */
	private const UNFINDABLE = 1 << 52;

	public function __construct( private readonly Farm $farm ) {
	}

	public function install(): void {
		$repo = $this->farm->repo;
		$this->farm->execute( $repo, 'CREATE TABLE seen_change ( change_id INTEGER, change_object_id VARBINARY(14) )' );
		$this->farm->execute( $repo, 'CREATE TABLE seen_history (
			history_id {:auto_id}, history_time DOUBLE NOT NULL, history_connection BIGINT NOT NULL,
			history_text VARBINARY(500) NOT NULL
		)' );
		foreach ( self::HISTORY as $table => [ $events, $columns ] ) {
			foreach ( $events as $event ) {
				$this->keepHistory( $table, $event, $columns );
			}
		}
		$names = "'" . implode( "', '", self::NOTIFICATIONS ) . "'";
		foreach ( $this->farm->wikis as $wiki ) {
			$this->farm->execute( $wiki, 'CREATE TABLE seen_notification (
				seen_id {:auto_id}, seen_time DOUBLE NOT NULL, seen_cmd VARCHAR(60) NOT NULL,
				seen_params MEDIUMBLOB NOT NULL
			)' );
			$this->farm->execute( $wiki, "CREATE TRIGGER seen_notification AFTER INSERT ON {job} FOR EACH ROW BEGIN
				INSERT INTO seen_notification ( seen_time, seen_cmd, seen_params )
				SELECT {:now}, NEW.job_cmd, NEW.job_params FROM DUAL WHERE NEW.job_cmd IN ( $names );
			END" );
		}
	}

	/**
	 * @param string $table
	 * @param string $event
	 * @param list<string> $columns
	 */
	private function keepHistory( string $table, string $event, array $columns ): void {
		$row = $event === 'DELETE' ? 'OLD' : 'NEW';
		$values = implode( ", ' ', ", array_map( static fn ( $name ) => "COALESCE( $row.$name, '-' )", $columns ) );
		// A row that is written as it was is no news.
		$same = array_map( static fn ( $name ) => "NEW.$name <=> OLD.$name", $columns );
		$news = $event === 'UPDATE' ? 'NOT ( ' . implode( ' AND ', $same ) . ' )' : 'TRUE';
		$more = $table === 'wb_changes' && $event === 'INSERT'
			? 'INSERT INTO seen_change VALUES ( NEW.change_id, NEW.change_object_id );'
			: '';
		$name = 'seen_' . strtolower( "{$table}_$event" );
		$this->farm->execute( $this->farm->repo, "CREATE TRIGGER $name AFTER $event ON {{$table}} FOR EACH ROW BEGIN
			INSERT INTO seen_history ( history_time, history_connection, history_text )
			SELECT {:now}, CONNECTION_ID(), CONCAT( '$table $event ', $values ) FROM DUAL WHERE $news;
			$more
		END" );
	}

	/**
	 * @return array<int,string> id of each change that was written => its entity
	 */
	public function changes(): array {
		return array_column(
			$this->farm->rows( $this->farm->repo, 'SELECT * FROM seen_change ORDER BY change_id' ),
			'change_object_id',
			'change_id'
		);
	}

	public function countChanges(): int {
		return $this->farm->number( $this->farm->repo, 'SELECT COUNT(*) FROM seen_change' );
	}

	/**
	 * @return list<array{float,string,list<int>}> Unix time, job and changes of each notification, as they arrived
	 */
	public function notifications( string $client ): array {
		$notifications = [];
		foreach ( $this->farm->rows( $client, 'SELECT * FROM seen_notification ORDER BY seen_id' ) as $row ) {
			$params = unserialize( $row['seen_params'], [ 'allowed_classes' => false ] );
			$changes = match ( $row['seen_cmd'] ) {
				'EntityChangeNotification' => array_column( $params['changes'], 'id' ),
				'ChangeNotification' => $params['changeIds'],
				'DispatchNotification' => NotificationIds::in( $params['changes'] ),
			};
			if ( $changes === [] ) {
				throw new RuntimeException( "a {$row['seen_cmd']} of $client has no changes: "
					. substr( $row['seen_params'], 0, 300 ) );
			}
			$notifications[] = [ (float)$row['seen_time'], $row['seen_cmd'], array_map(
				static fn ( mixed $id ) => $id < 0 ? $id + self::UNFINDABLE : (int)$id,
				$changes
			) ];
		}
		return $notifications;
	}

	/**
	 * What happened to the tables from the moment at which a change was written until some seconds after.
	 *
	 * @return list<string>
	 */
	public function historySince( int $change, float $seconds ): array {
		$repo = $this->farm->repo;
		$written = (float)$this->farm->value(
			$repo,
			"SELECT MIN( history_time ) FROM seen_history WHERE history_text LIKE 'wb_changes INSERT $change %'"
		);
		return array_map(
			static fn ( array $row ) => sprintf(
				'%8.3f s, connection %d: %s',
				$row['history_time'] - $written, $row['history_connection'], $row['history_text']
			),
			$this->farm->rows(
				$repo,
				'SELECT * FROM seen_history WHERE history_time BETWEEN ? AND ? ORDER BY history_id',
				[ (string)( $written - $seconds ), (string)( $written + $seconds ) ]
			)
		);
	}
}
