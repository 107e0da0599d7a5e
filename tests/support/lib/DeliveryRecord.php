<?php
/**
 * Records every notification that reaches a client's job queue, independently of the code that pushes or runs it: an
 * SQL trigger on the queue's table keeps a copy of each inserted job, within the transaction that inserts it. So a job
 * counts exactly when it was committed, even if its pusher is killed a moment later.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

class DeliveryRecord {

	public function __construct( private readonly Farm $farm ) {
	}

	public function install(): void {
		foreach ( $this->farm->wikis as $wiki ) {
			$this->farm->execute( $wiki, 'CREATE TABLE demo_delivery (
				delivery_id {:auto_id}, delivery_time DOUBLE NOT NULL, delivery_params MEDIUMBLOB NOT NULL
			)' );
			$this->farm->execute( $wiki, "CREATE TRIGGER demo_delivery AFTER INSERT ON {job} FOR EACH ROW BEGIN
				INSERT INTO demo_delivery ( delivery_time, delivery_params )
				SELECT {:now}, NEW.job_params WHERE {:text NEW.job_cmd} = 'DispatchNotification';
			END" );
		}
		// The repo's own jobs: whenever one begins to wait (pushed, or taken back from a dead runner) and ceases to.
		$repo = $this->farm->repo;
		$this->farm->execute( $repo, 'CREATE TABLE demo_waiting (
			waiting_id {:auto_id}, waiting_cmd VARCHAR(60) NOT NULL, waiting_params MEDIUMBLOB NOT NULL,
			waiting_step INTEGER NOT NULL
		)' );
		foreach ( [
			'INSERT' => [ 1, "NEW.job_token = ''", 'NEW' ],
			'UPDATE' => [
				"CASE WHEN NEW.job_token = '' THEN 1 ELSE -1 END",
				"( NEW.job_token = '' ) <> ( OLD.job_token = '' )",
				'NEW'
			],
			'DELETE' => [ -1, "OLD.job_token = ''", 'OLD' ],
		] as $event => [ $step, $condition, $row ] ) {
			$name = 'demo_waiting_' . strtolower( $event );
			$this->farm->execute( $repo, "CREATE TRIGGER $name AFTER $event ON {job} FOR EACH ROW BEGIN
				INSERT INTO demo_waiting ( waiting_cmd, waiting_params, waiting_step )
				SELECT {:text $row.job_cmd}, $row.job_params, $step
				WHERE $condition
					AND {:text $row.job_cmd} IN ( 'wikibase-dispatch-trigger', 'wikibase-dispatch-client' );
			END" );
		}
	}

	/** Notifications that have reached a client so far. */
	public function notifications( string $client ): int {
		return $this->farm->number( $client, 'SELECT COUNT(*) FROM demo_delivery' );
	}

	/** A number that grows with every notification to any client, and is quickly read. */
	public function arrived(): int {
		$arrived = 0;
		foreach ( $this->farm->wikis as $wiki ) {
			$arrived += $this->farm->number( $wiki, 'SELECT MAX( delivery_id ) FROM demo_delivery' );
		}
		return $arrived;
	}

	/**
	 * Takes the notifications out of the clients' queues, as quick runners would. A repeat then meets no twin that
	 * still waits, which the queue would take it for, and is recorded.
	 */
	public function takeAway(): void {
		foreach ( $this->farm->wikis as $wiki ) {
			$jobs = $this->farm->rows(
				$wiki,
				"SELECT job_id FROM {job} WHERE {:text job_cmd} = 'DispatchNotification'"
			);
			if ( $jobs ) {
				$ids = implode( ', ', array_map( 'intval', array_column( $jobs, 'job_id' ) ) );
				$this->farm->execute( $wiki, "DELETE FROM {job} WHERE job_id IN ( $ids )" );
			}
		}
	}

	/** Unix time of the last notification of all clients. */
	public function lastTime(): float {
		$times = [ 0.0 ];
		foreach ( $this->farm->wikis as $wiki ) {
			$times[] = (float)$this->farm->value( $wiki, 'SELECT MAX( delivery_time ) FROM demo_delivery' );
		}
		return max( $times );
	}

	/**
	 * The most jobs of one kind for one and the same purpose that have waited at once. What counts as the same is said
	 * here, not by the queue: all triggers are, and all jobs for one client, whatever else stands in their parameters.
	 */
	public function mostWaiting( string $jobType ): int {
		return self::mostAtOnce( $this->farm->rows(
			$this->farm->repo,
			'SELECT waiting_params, waiting_step FROM demo_waiting WHERE waiting_cmd = ? ORDER BY waiting_id',
			[ $jobType ]
		) );
	}

	/**
	 * @param iterable<array{waiting_params:string,waiting_step:int|string}> $steps
	 */
	public static function mostAtOnce( iterable $steps ): int {
		$waiting = [];
		$most = 0;
		foreach ( $steps as $step ) {
			$params = unserialize( $step['waiting_params'], [ 'allowed_classes' => false ] );
			$purpose = $params['siteId'] ?? '';
			$waiting[$purpose] = ( $waiting[$purpose] ?? 0 ) + (int)$step['waiting_step'];
			$most = max( $most, $waiting[$purpose] );
		}
		return $most;
	}

	/**
	 * @return list<int> ids of the changes that have reached a client, in the order of arrival, repeats included
	 */
	public function changes( string $client ): array {
		$ids = [];
		foreach ( $this->arrivals( $client ) as [ , $changes ] ) {
			array_push( $ids, ...$changes );
		}
		return $ids;
	}

	/**
	 * @return array<int,float> id of each change that has reached a client => Unix time at which it first did
	 */
	public function times( string $client ): array {
		$times = [];
		foreach ( $this->arrivals( $client ) as [ $time, $changes ] ) {
			$times += array_fill_keys( $changes, $time );
		}
		return $times;
	}

	/**
	 * @return iterable<array{float,list<int>}> time and changes of each notification, in the order of arrival
	 */
	private function arrivals( string $client ): iterable {
		$rows = $this->farm->rows(
			$client,
			'SELECT delivery_time, delivery_params FROM demo_delivery ORDER BY delivery_id'
		);
		foreach ( $rows as [ 'delivery_time' => $time, 'delivery_params' => $serialized ] ) {
			$params = unserialize( $serialized, [ 'allowed_classes' => false ] );
			if ( isset( $params['changeIds'] ) ) {
				// Of the cron dispatcher.
				yield [ (float)$time, $params['changeIds'] ];
				continue;
			}
			if ( ( $params['repo'] ?? null ) !== $this->farm->repo ) {
				throw new RuntimeException( "a notification of $client has parameters nobody knows: "
					. substr( $serialized, 0, 300 ) );
			}
			yield [ (float)$time, NotificationIds::in( $params['changes'] ) ];
		}
	}
}
