<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

use stdClass;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The table `wb_changes_history`.
 */
class HistoryStore {

	private const TABLE = 'wb_changes_history';

	private const SECONDS_PER_MINUTE = 60;

	/** Minutes since 1970, by the clock of the database. */
	private const MINUTE = [
		'mysql' => 'FLOOR(UNIX_TIMESTAMP() / 60)',
		'sqlite' => "CAST(strftime('%s', 'now') AS INTEGER) / 60",
	];

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @return array{now:int,last:int} the present minute, and that of the last sample; 0: there is none
	 */
	public function minutes(): array {
		$db = $this->db( DB_PRIMARY );
		$row = $db->newSelectQueryBuilder()
			->select( [ 'now' => self::MINUTE[$db->getType()], 'last' => 'MAX(chh_minute)' ] )
			->from( self::TABLE )
			->caller( __METHOD__ )
			->fetchRow();
		return $row ? [ 'now' => (int)$row->now, 'last' => (int)$row->last ] : [ 'now' => 0, 'last' => 0 ];
	}

	/** Unless there is a sample of that minute already. */
	public function add( Sample $sample ): void {
		$this->db( DB_PRIMARY )->insert(
			self::TABLE,
			[
				'chh_minute' => intdiv( $sample->time, self::SECONDS_PER_MINUTE ),
				'chh_second' => $sample->time % self::SECONDS_PER_MINUTE,
				'chh_newest' => $sample->newest,
				'chh_seen' => $sample->seen,
				'chh_median_lag' => $sample->medianLag,
				'chh_health' => $sample->health,
				// A name of nothing but digits is a number to PHP, and a list is no map.
				'chh_worst' => json_encode( (object)$sample->worst, JSON_THROW_ON_ERROR ),
			],
			__METHOD__,
			[ 'IGNORE' ]
		);
	}

	public function forgetBefore( int $minute ): void {
		$this->db( DB_PRIMARY )->delete( self::TABLE, [ "chh_minute < $minute" ], __METHOD__ );
	}

	/**
	 * @param int $minute
	 * @return list<Sample> of that minute and later, in order of time
	 */
	public function since( int $minute ): array {
		$rows = $this->db( DB_REPLICA )->newSelectQueryBuilder()
			->select( [
				'chh_minute', 'chh_second', 'chh_newest', 'chh_seen', 'chh_median_lag', 'chh_health', 'chh_worst',
			] )
			->from( self::TABLE )
			->where( "chh_minute >= $minute" )
			->orderBy( 'chh_minute' )
			->caller( __METHOD__ )
			->fetchResultSet();
		$samples = [];
		foreach ( $rows as $row ) {
			$samples[] = $this->sample( $row );
		}
		return $samples;
	}

	private function sample( stdClass $row ): Sample {
		return new Sample(
			(int)$row->chh_minute * self::SECONDS_PER_MINUTE + (int)$row->chh_second,
			(int)$row->chh_newest,
			(int)$row->chh_seen,
			(int)$row->chh_median_lag,
			$row->chh_health,
			array_map( 'intval', (array)json_decode( $row->chh_worst, true ) )
		);
	}

	private function db( int $index ): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( $index );
	}
}
