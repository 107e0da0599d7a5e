<?php
/**
 * Records every notification that reaches a client's job queue, independently of whoever pushes or runs it: an SQL
 * trigger on the queue's table keeps a copy of each inserted job, within the transaction that inserts it. So a job
 * counts exactly when it was committed, even if its pusher is killed a moment later.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDemo;

use RuntimeException;

class DeliveryRecord {

	public function __construct( private readonly Farm $farm ) {
	}

	public function install(): void {
		foreach ( $this->farm->wikis as $wiki ) {
			$this->farm->database( $wiki )->exec(
				"CREATE TABLE demo_delivery (
					delivery_id INTEGER PRIMARY KEY, delivery_time REAL NOT NULL, delivery_params BLOB NOT NULL
				);
				CREATE TRIGGER demo_delivery AFTER INSERT ON job
				WHEN CAST( NEW.job_cmd AS TEXT ) = 'DispatchNotification' BEGIN
					INSERT INTO demo_delivery ( delivery_time, delivery_params )
					VALUES ( ( julianday( 'now' ) - 2440587.5 ) * 86400.0, NEW.job_params );
				END;"
			);
		}
		// The repo's own jobs: how many like it wait, itself included, whenever one is pushed.
		$this->farm->database( $this->farm->repo )->exec(
			"CREATE TABLE demo_waiting ( waiting_cmd TEXT NOT NULL, waiting_count INTEGER NOT NULL );
			CREATE TRIGGER demo_waiting AFTER INSERT ON job
			WHEN CAST( NEW.job_cmd AS TEXT ) IN ( 'DispatchTrigger', 'DispatchClient' ) BEGIN
				INSERT INTO demo_waiting ( waiting_cmd, waiting_count )
				SELECT CAST( NEW.job_cmd AS TEXT ), COUNT(*) FROM job
				WHERE job_cmd = NEW.job_cmd AND job_sha1 = NEW.job_sha1 AND job_token = '';
			END;"
		);
	}

	/** Notifications that have reached a client so far. */
	public function notifications( string $client ): int {
		return $this->farm->number( $client, 'SELECT COUNT(*) FROM demo_delivery' );
	}

	/** Unix time of the last notification of all clients. */
	public function lastTime(): float {
		$times = [ 0.0 ];
		foreach ( $this->farm->wikis as $wiki ) {
			$times[] = (float)$this->farm->database( $wiki )
				->query( 'SELECT MAX( delivery_time ) FROM demo_delivery' )->fetchColumn();
		}
		return max( $times );
	}

	/** The most jobs of one kind for one and the same purpose that have waited at once. */
	public function mostWaiting( string $jobType ): int {
		return $this->farm->number(
			$this->farm->repo,
			"SELECT COALESCE( MAX( waiting_count ), 0 ) FROM demo_waiting WHERE waiting_cmd = '$jobType'"
		);
	}

	/**
	 * @return list<int> ids of the changes that have reached a client, in the order of arrival, repeats included
	 */
	public function changes( string $client ): array {
		$ids = [];
		$rows = $this->farm->database( $client )
			->query( 'SELECT delivery_params FROM demo_delivery ORDER BY delivery_id' );
		foreach ( $rows as [ $serialized ] ) {
			$params = unserialize( $serialized, [ 'allowed_classes' => false ] );
			$notification = json_decode( $params['changes'] ?? '', true );
			if ( ( $notification['v'] ?? null ) !== 1 || ( $params['repo'] ?? null ) !== $this->farm->repo ) {
				throw new RuntimeException( "a notification of $client has parameters nobody knows: "
					. substr( $serialized, 0, 300 ) );
			}
			foreach ( $notification['changes'] as $change ) {
				$ids[] = $change['id'];
			}
		}
		return $ids;
	}
}
