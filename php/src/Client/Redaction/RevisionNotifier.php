<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\JobQueue\JobSpecification;
use stdClass;
use Throwable;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\IResultWrapper;

/**
 * Tells clients which revisions were hidden or deleted, where Wikibase does not: it tells those that its own setting
 * `localClientDatabases` names, which a single wiki does not set, and a farm may set in ours.
 */
class RevisionNotifier {

	/** Revisions of one job. */
	private const CHUNK = 500;

	/** A client has no recent change of an older revision. */
	private const MOST = 5000;

	/**
	 * @param ILBFactory $loadBalancers
	 * @param JobQueues $queues
	 * @param WikiSettings $settings
	 * @param list<string> $toldByWikibase database domains
	 */
	public function __construct(
		private readonly ILBFactory $loadBalancers,
		private readonly JobQueues $queues,
		private readonly WikiSettings $settings,
		private readonly array $toldByWikibase
	) {
	}

	/**
	 * @param string $entity
	 * @param array<int,int> $revisions revision id => `rev_deleted`
	 */
	public function hidden( string $entity, array $revisions ): void {
		$clients = $this->clients();
		if ( $clients === [] || $revisions === [] ) {
			return;
		}
		$rows = $this->db()->newSelectQueryBuilder()
			->select( [ 'id' => 'rev_id', 'time' => 'rev_timestamp' ] )
			->from( 'revision' )
			->where( [ 'rev_id' => array_keys( $revisions ) ] )
			->caller( __METHOD__ )
			->fetchResultSet();
		$byBits = [];
		foreach ( $rows as $row ) {
			$byBits[$revisions[(int)$row->id]][] = self::identifier( $entity, $row );
		}
		foreach ( $byBits as $bits => $identifiers ) {
			$this->push( $clients, Jobs::CHANGE_VISIBILITY_NOTIFICATION, $identifiers, [
				'visibilityBitFlag' => $bits,
			] );
		}
	}

	public function deleted( string $entity, int $pageId ): void {
		$clients = $this->clients();
		if ( $clients === [] ) {
			return;
		}
		$rows = $this->db()->newSelectQueryBuilder()
			->select( [ 'id' => 'ar_rev_id', 'time' => 'ar_timestamp' ] )
			->from( 'archive' )
			->where( [ 'ar_title' => $entity, 'ar_page_id' => $pageId ] )
			->orderBy( 'ar_timestamp', 'DESC' )
			->limit( self::MOST )
			->caller( __METHOD__ )
			->fetchResultSet();
		$this->push( $clients, Jobs::CHANGE_DELETION_NOTIFICATION, self::identifiers( $entity, $rows ), [] );
	}

	/**
	 * @return list<string> database domains
	 */
	private function clients(): array {
		return array_values( array_diff( array_unique( $this->settings->clients() ), $this->toldByWikibase ) );
	}

	private function push( array $clients, string $type, array $identifiers, array $params ): void {
		$jobs = array_map( static fn ( array $some ) => new JobSpecification( $type, [
			'revisionIdentifiersJson' => json_encode( $some ),
		] + $params ), array_chunk( $identifiers, self::CHUNK ) );
		$failures = [];
		foreach ( $clients as $domain ) {
			try {
				$this->queues->pushTo( $domain, $jobs );
			} catch ( Throwable $e ) {
				$failures[] = $e;
			}
		}
		// No client's trouble keeps the others from hearing of it; and it does not go unsaid.
		if ( $failures !== [] ) {
			throw $failures[0];
		}
	}

	/**
	 * @return list<array<string,int|string>>
	 */
	private static function identifiers( string $entity, IResultWrapper $rows ): array {
		return array_map(
			static fn ( stdClass $row ) => self::identifier( $entity, $row ),
			iterator_to_array( $rows, false )
		);
	}

	/** In Wikibase's form. */
	private static function identifier( string $entity, stdClass $row ): array {
		return [
			'arrayFormatVersion' => 1,
			'entityIdSerialization' => $entity,
			'revisionTimestamp' => (string)wfTimestamp( TS_MW, $row->time ),
			'revisionId' => (int)$row->id,
		];
	}

	private function db(): IDatabase {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}
}
