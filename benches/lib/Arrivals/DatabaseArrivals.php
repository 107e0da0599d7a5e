<?php
/**
 * `JobQueueDB` on MariaDB: an SQL trigger on each job table notes the time of each insert.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Arrivals;

use WikibaseDispatchBench\Farm\SavedFarm;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\Deliveries;

class DatabaseArrivals implements Arrivals {

	private SavedFarm $farm;

	/**
	 * @inheritDoc
	 */
	public function queue(): string {
		return 'JobQueueDB';
	}

	/**
	 * @inheritDoc
	 */
	public function bench( SavedFarm $farm ): array {
		return [];
	}

	/**
	 * @inheritDoc
	 */
	public function start( SavedFarm $farm, Stream $stream ): void {
		$this->farm = $farm;
		$db = $farm->engine->repo();
		$db->exec( 'CREATE TABLE bench_arrival (
			client VARBINARY(64) NOT NULL, job INT UNSIGNED NOT NULL, at DOUBLE NOT NULL, PRIMARY KEY ( client, job )
		)' );
		$table = '`' . SavedFarm::REPO . '`.bench_arrival';
		foreach ( $stream->clients as $client ) {
			$db->exec( "CREATE TRIGGER `$client`.bench_arrival AFTER INSERT ON `$client`.job FOR EACH ROW
				INSERT INTO $table VALUES ( '$client', NEW.job_id, UNIX_TIMESTAMP( SYSDATE( 6 ) ) )" );
		}
	}

	/**
	 * @inheritDoc
	 */
	public function all(): iterable {
		$at = [];
		foreach ( $this->farm->engine->repo()->query( 'SELECT client, job, at FROM bench_arrival' ) as $row ) {
			$at[$row['client']][$row['job']] = (float)$row['at'];
		}
		foreach ( $at as $client => $times ) {
			foreach ( $this->farm->engine->jobs( $client ) as $job ) {
				if ( isset( $times[$job['job_id']] ) ) {
					$changes = Deliveries::changesIn( $job['job_cmd'], unserialize( $job['job_params'] ) );
					yield [ 'client' => $client, 'at' => $times[$job['job_id']], 'changes' => $changes ];
				}
			}
		}
	}

	/**
	 * @inheritDoc
	 */
	public function stop(): void {
	}
}
