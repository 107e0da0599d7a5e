<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\DatabaseClock;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * What failed last, of each client and of the trigger: a row is written by a failure only, and is deleted by the next
 * success.
 *
 * Times are the database's, because they are compared with those of passes.
 */
class FailureStore {

	private const TABLE = 'wb_changes_failure';

	/** Name of the row that is about the trigger; no client has it. */
	public const TRIGGER = '';

	/** Length of the columns. */
	private const MAX_ERROR = 255;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @param string $name site id of a client, or {@see TRIGGER}
	 * @param Step $step what was done
	 * @param string $error what is shown to everybody
	 */
	public function note( string $name, Step $step, string $error ): void {
		$db = $this->db( DB_PRIMARY );
		$values = [
			'cf_time' => DatabaseClock::now( $db ),
			'cf_step' => $step->value,
			'cf_error' => mb_strcut( $error, 0, self::MAX_ERROR, 'UTF-8' ),
		];
		$db->upsert( self::TABLE, [ 'cf_site' => $name ] + $values, [ [ 'cf_site' ] ], $values, __METHOD__ );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}

	/** Something succeeded. */
	public function forget( string $name ): void {
		$this->db( DB_PRIMARY )->delete( self::TABLE, [ 'cf_site' => $name ], __METHOD__ );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}

	/**
	 * @return array<string,array{time:int,step:string,error:string}> by site id, or {@see TRIGGER}
	 */
	public function all(): array {
		$result = $this->db( DB_REPLICA )->newSelectQueryBuilder()
			->select( [ 'cf_site', 'cf_time', 'cf_step', 'cf_error' ] )
			->from( self::TABLE )
			->caller( __METHOD__ )
			->fetchResultSet();
		$failures = [];
		foreach ( $result as $row ) {
			$failures[$row->cf_site] = [
				'time' => (int)wfTimestamp( TS_UNIX, $row->cf_time ),
				'step' => $row->cf_step,
				'error' => $row->cf_error,
			];
		}
		return $failures;
	}

	private function db( int $index ): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( $index );
	}
}
