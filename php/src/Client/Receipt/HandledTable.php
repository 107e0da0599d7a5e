<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Receipt;

use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * `wbc_dispatch_handled` of this client: receipts for the notifications that it has handled.
 */
class HandledTable {

	public const NAME = 'wbc_dispatch_handled';

	/** Receipts that are read at once. There are more only where the repo could not be reached for long. */
	private const MOST = 5000;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/** Whether update.php has made the table. */
	public function isThere(): bool {
		return $this->db()->tableExists( self::NAME, __METHOD__ );
	}

	/**
	 * @param array{stream:int,after:int,upto:int} $receipt
	 */
	public function add( array $receipt ): void {
		$this->insert( [ $receipt ] );
	}

	/**
	 * @return list<array{stream:int,after:int,upto:int}> the first ones
	 */
	public function first(): array {
		$rows = $this->db()->newSelectQueryBuilder()
			->select( [ 'stream' => 'wdh_stream', 'after' => 'wdh_after', 'upto' => 'wdh_upto' ] )
			->from( self::NAME )
			->orderBy( [ 'wdh_stream', 'wdh_after', 'wdh_upto' ] )
			->limit( self::MOST )
			->caller( __METHOD__ )
			->fetchResultSet();
		$receipts = [];
		foreach ( $rows as $row ) {
			$receipts[] = [ 'stream' => (int)$row->stream, 'after' => (int)$row->after, 'upto' => (int)$row->upto ];
		}
		return $receipts;
	}

	/**
	 * Puts receipts in the place of those that were read. Others that came meanwhile stay.
	 *
	 * @param list<array{stream:int,after:int,upto:int}> $read
	 * @param list<array{stream:int,after:int,upto:int}> $kept
	 */
	public function replace( array $read, array $kept ): void {
		$gone = array_udiff( $read, $kept, self::compare( ... ) );
		foreach ( array_chunk( $gone, 100 ) as $chunk ) {
			$conditions = array_map(
				fn ( array $receipt ) => $this->db()->makeList( self::row( $receipt ), IDatabase::LIST_AND ), $chunk
			);
			$this->db()->delete( self::NAME, $this->db()->makeList( $conditions, IDatabase::LIST_OR ), __METHOD__ );
		}
		$this->insert( array_values( array_udiff( $kept, $read, self::compare( ... ) ) ) );
	}

	/**
	 * @param list<array{stream:int,after:int,upto:int}> $receipts
	 */
	private function insert( array $receipts ): void {
		if ( $receipts !== [] ) {
			$this->db()->insert( self::NAME, array_map( self::row( ... ), $receipts ), __METHOD__, [ 'IGNORE' ] );
		}
	}

	private static function compare( array $one, array $other ): int {
		return self::row( $one ) <=> self::row( $other );
	}

	/**
	 * @return array{wdh_stream:int,wdh_after:int,wdh_upto:int}
	 */
	private static function row( array $receipt ): array {
		return [
			'wdh_stream' => $receipt['stream'], 'wdh_after' => $receipt['after'], 'wdh_upto' => $receipt['upto'],
		];
	}

	private function db(): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}
}
