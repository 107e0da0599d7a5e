<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The table `wb_changes_client_history`.
 */
class ClientHistoryStore {

	private const TABLE = 'wb_changes_client_history';

	/** Rows of one statement. */
	private const BATCH = 500;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * Unless there is a sample of that client and time already.
	 *
	 * @param list<ClientSample> $samples
	 */
	public function add( array $samples ): void {
		$db = $this->db( DB_PRIMARY );
		foreach ( array_chunk( $samples, self::BATCH ) as $some ) {
			$rows = array_map( static fn ( ClientSample $sample ) => [
				'cch_site' => $sample->siteId,
				'cch_slot' => $sample->slot(),
				'cch_second' => $sample->second(),
				'cch_seen' => $sample->seen,
				'cch_lag' => $sample->lag,
				'cch_failures' => $sample->failures,
			], $some );
			$db->insert( self::TABLE, $rows, __METHOD__, [ 'IGNORE' ] );
		}
	}

	public function forgetBefore( int $slot ): void {
		$this->db( DB_PRIMARY )->delete( self::TABLE, [ "cch_slot < $slot" ], __METHOD__ );
	}

	/**
	 * @param string $siteId
	 * @return list<ClientSample> in order of time
	 */
	public function of( string $siteId ): array {
		$rows = $this->db( DB_REPLICA )->newSelectQueryBuilder()
			->select( [ 'cch_slot', 'cch_second', 'cch_seen', 'cch_lag', 'cch_failures' ] )
			->from( self::TABLE )
			->where( [ 'cch_site' => $siteId ] )
			->orderBy( 'cch_slot' )
			->caller( __METHOD__ )
			->fetchResultSet();
		$samples = [];
		foreach ( $rows as $row ) {
			$samples[] = new ClientSample(
				$siteId,
				ClientSample::timeOf( (int)$row->cch_slot, (int)$row->cch_second ),
				(int)$row->cch_seen,
				(int)$row->cch_lag,
				(int)$row->cch_failures
			);
		}
		return $samples;
	}

	private function db( int $index ): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( $index );
	}
}
