<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\DatabaseClock;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The last errors of each client, which a success does not delete: the table `wb_changes_error`. What fails now is
 * {@see FailureStore}'s.
 */
class ErrorStore {

	private const TABLE = 'wb_changes_error';

	/** Errors that are kept of a client. */
	public const KEPT = 20;

	/** Length of the column. */
	private const MAX_ERROR = 255;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @param string $siteId
	 * @param Step $step what was done
	 * @param string $error what is shown to everybody
	 */
	public function note( string $siteId, Step $step, string $error ): void {
		$db = $this->db( DB_PRIMARY );
		$db->insert( self::TABLE, [
			'ce_site' => $siteId,
			'ce_time' => DatabaseClock::now( $db ),
			'ce_step' => $step->value,
			'ce_error' => mb_strcut( $error, 0, self::MAX_ERROR, 'UTF-8' ),
		], __METHOD__ );
		$tooOld = $db->newSelectQueryBuilder()
			->select( 'ce_id' )
			->from( self::TABLE )
			->where( [ 'ce_site' => $siteId ] )
			->orderBy( 'ce_id', 'DESC' )
			->offset( self::KEPT )
			->limit( 1 )
			->caller( __METHOD__ )
			->fetchField();
		if ( $tooOld !== false ) {
			$db->delete( self::TABLE, [ 'ce_site' => $siteId, 'ce_id <= ' . (int)$tooOld ], __METHOD__ );
		}
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
	}

	/**
	 * @return list<array{time:int,step:string,error:string}> the last one first
	 */
	public function of( string $siteId ): array {
		$rows = $this->db( DB_REPLICA )->newSelectQueryBuilder()
			->select( [ 'ce_time', 'ce_step', 'ce_error' ] )
			->from( self::TABLE )
			->where( [ 'ce_site' => $siteId ] )
			->orderBy( 'ce_id', 'DESC' )
			->limit( self::KEPT )
			->caller( __METHOD__ )
			->fetchResultSet();
		$errors = [];
		foreach ( $rows as $row ) {
			$errors[] = [
				'time' => (int)wfTimestamp( TS_UNIX, $row->ce_time ),
				'step' => $row->ce_step,
				'error' => $row->ce_error,
			];
		}
		return $errors;
	}

	private function db( int $index ): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( $index );
	}
}
