<?php
/**
 * When jobs reach the queues of the clients on MariaDB: a trigger on each job table notes the time of each insert.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use PDO;
use WikibaseDispatchBench\Farm\Farm;
use WikibaseDispatchBench\Input\Stream;

class Arrivals {

	private readonly PDO $db;

	public function __construct( private readonly Farm $farm, private readonly Stream $stream ) {
		$this->db = $farm->engine->repo();
		$this->db->exec( 'CREATE TABLE bench_arrival (
			client VARBINARY(64) NOT NULL, job INT UNSIGNED NOT NULL, at DOUBLE NOT NULL, PRIMARY KEY ( client, job )
		)' );
		$table = '`' . Farm::REPO . '`.bench_arrival';
		foreach ( $stream->clients as $client ) {
			$this->db->exec( "CREATE TRIGGER `$client`.bench_arrival AFTER INSERT ON `$client`.job FOR EACH ROW
				INSERT INTO $table VALUES ( '$client', NEW.job_id, UNIX_TIMESTAMP( SYSDATE( 6 ) ) )" );
		}
	}

	/**
	 * @param array<int,float> $committed change id => when
	 * @return list<float> seconds from the commit of a change to its notification, for each delivery, ascending
	 */
	public function latencies( array $committed ): array {
		$at = [];
		foreach ( $this->db->query( 'SELECT client, job, at FROM bench_arrival' ) as $row ) {
			$at[$row['client']][$row['job']] = (float)$row['at'];
		}
		$latencies = [];
		foreach ( $this->stream->clients as $client ) {
			foreach ( isset( $at[$client] ) ? $this->farm->engine->jobs( $client ) : [] as $job ) {
				foreach ( Deliveries::changesIn( $job ) as $id ) {
					$latencies[] = $at[$client][$job['job_id']] - $committed[$id];
				}
			}
		}
		sort( $latencies );
		return $latencies;
	}
}
