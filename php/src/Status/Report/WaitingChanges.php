<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Report;

use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The next changes that a client has not got. Two small statements, however many there are. Of a change only its place
 * and its entity are read, and nothing that an editor wrote.
 */
class WaitingChanges {

	/** Changes that are named. */
	public const MOST = 10;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @param string $siteId
	 * @param int $seen ID of the last change that was dealt with for it
	 * @return list<array{id:int,entity:string,type:string,time:int,isSubscribed:bool}> oldest first; the client may not
	 *   need those of entities to which it is not subscribed
	 */
	public function after( string $siteId, int $seen ): array {
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_REPLICA );
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'change_id', 'change_object_id', 'change_type', 'change_time' ] )
			->from( 'wb_changes' )
			->where( "change_id > $seen" )
			->orderBy( 'change_id' )
			->limit( self::MOST )
			->caller( __METHOD__ )
			->fetchResultSet();
		$changes = [];
		foreach ( $rows as $row ) {
			$changes[] = [
				'id' => (int)$row->change_id,
				'entity' => (string)$row->change_object_id,
				'type' => (string)$row->change_type,
				'time' => (int)wfTimestamp( TS_UNIX, $row->change_time ),
			];
		}
		$subscribed = $this->subscribed( $db, $siteId, array_column( $changes, 'entity' ) );
		return array_map(
			static fn ( array $change ) => $change
				+ [ 'isSubscribed' => in_array( $change['entity'], $subscribed, true ) ],
			$changes
		);
	}

	/**
	 * @param IDatabase $db
	 * @param string $siteId
	 * @param list<string> $entities
	 * @return list<string> those of them that the client is subscribed to
	 */
	private function subscribed( IDatabase $db, string $siteId, array $entities ): array {
		return $entities === [] ? [] : $db->newSelectQueryBuilder()
			->select( 'cs_entity_id' )
			->from( 'wb_changes_subscription' )
			->where( [ 'cs_entity_id' => array_values( array_unique( $entities ) ), 'cs_subscriber_id' => $siteId ] )
			->caller( __METHOD__ )
			->fetchFieldValues();
	}
}
