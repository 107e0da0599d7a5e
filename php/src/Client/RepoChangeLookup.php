<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RepoDatabase;
use Psr\Log\LoggerInterface;

/**
 * Reads changes by their ids from the repo, where a notification brought nothing else.
 */
class RepoChangeLookup {

	/** Changes of one query. */
	private const CHUNK = 500;

	private const COLUMNS = [
		'id' => 'change_id',
		'type' => 'change_type',
		'time' => 'change_time',
		'object_id' => 'change_object_id',
		'revision_id' => 'change_revision_id',
		'user_id' => 'change_user_id',
	];

	/**
	 * By type of database. What is too long comes as nothing, so that it does not keep the others from being read: no
	 * server sends a row of more than its max_allowed_packet. Native code reads no more, either.
	 */
	private const INFO = [
		'mysql' => "IF(LENGTH(change_info) <= LEAST(2097152, @@max_allowed_packet DIV 2), change_info, '')",
		'sqlite' => "CASE WHEN LENGTH(change_info) <= 2097152 THEN change_info ELSE '' END",
	];

	public function __construct(
		private readonly RepoDatabase $repo,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @param string $domain of the repo's database
	 * @param list<int> $ids
	 * @return list<array<string,mixed>> rows in ascending id; those that have been pruned are reported and left out
	 * @throws UnrecognisedDomainException
	 */
	public function rows( string $domain, array $ids ): array {
		$db = $this->repo->primaryOf( $domain );
		$changes = [];
		foreach ( array_chunk( $ids, self::CHUNK ) as $chunk ) {
			$rows = $db->newSelectQueryBuilder()
				->select( self::COLUMNS + [ 'info' => self::INFO[$db->getType()] ] )
				->from( 'wb_changes' )
				->where( [ 'change_id' => $chunk ] )
				->caller( __METHOD__ )
				->fetchResultSet();
			foreach ( $rows as $row ) {
				$changes[(int)$row->id] = (array)$row;
			}
		}
		$missing = array_diff( $ids, array_keys( $changes ) );
		if ( $missing !== [] ) {
			Event::ChangesGone->write( $this->logger, [
				'count' => count( $missing ),
				'repo' => $domain,
				'changes' => array_slice( $missing, 0, 100 ),
			] );
		}
		ksort( $changes );
		return array_values( $changes );
	}
}
