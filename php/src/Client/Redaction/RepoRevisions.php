<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RepoDatabase;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UnknownRepoException;
use Wikimedia\Rdbms\IDatabase;

/**
 * Asks the repo about the revisions that changes made: what is hidden of them, and what followed them.
 *
 * The primary is asked: a replica that does not know yet would make hidden text public.
 */
class RepoRevisions {

	/** Revisions of one query. */
	private const CHUNK = 500;

	/** No run of changes is longer than what one notification holds. */
	private const LONGEST_RUN = 1000;

	public function __construct( private readonly RepoDatabase $repo ) {
	}

	/**
	 * @param string $repo site id
	 * @param list<int> $revisions
	 */
	public function visibility( string $repo, array $revisions ): RevisionVisibility {
		try {
			$db = $this->repo->primaryNamed( $repo );
		} catch ( UnknownRepoException | UnrecognisedDomainException ) {
			return new RevisionVisibility( false );
		}
		$hidden = $deleted = [];
		foreach ( array_chunk( array_unique( array_filter( $revisions ) ), self::CHUNK ) as $some ) {
			$hidden += $this->hidden( $db, $some );
			$deleted += $this->deleted( $db, $some );
		}
		return new RevisionVisibility( true, $hidden, $deleted );
	}

	/**
	 * @param int $revision
	 * @return list<string>|null when the revision and those after it were made, as 14 digits: a run that it is part of
	 *   ends at one of these; null: the repo cannot be asked
	 */
	public function timesFrom( int $revision ): ?array {
		try {
			$db = $this->repo->primaryNamed( null );
		} catch ( UnknownRepoException | UnrecognisedDomainException ) {
			return null;
		}
		$first = $db->newSelectQueryBuilder()
			->select( [ 'rev_page', 'rev_timestamp' ] )
			->from( 'revision' )
			->where( [ 'rev_id' => $revision ] )
			->caller( __METHOD__ )
			->fetchRow();
		if ( !$first ) {
			return [];
		}
		$times = $db->newSelectQueryBuilder()
			->select( 'rev_timestamp' )
			->from( 'revision' )
			->where( [
				'rev_page' => (int)$first->rev_page,
				'rev_timestamp >= ' . $db->addQuotes( $first->rev_timestamp ),
			] )
			->orderBy( [ 'rev_timestamp', 'rev_id' ] )
			->limit( self::LONGEST_RUN )
			->caller( __METHOD__ )
			->fetchFieldValues();
		return array_map( static fn ( string $time ) => (string)wfTimestamp( TS_MW, $time ), $times );
	}

	/**
	 * @param IDatabase $db
	 * @param non-empty-list<int> $revisions
	 * @return array<int,int>
	 */
	private function hidden( IDatabase $db, array $revisions ): array {
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'rev_id', 'rev_deleted' ] )
			->from( 'revision' )
			->where( [ 'rev_id' => $revisions, 'rev_deleted <> 0' ] )
			->caller( __METHOD__ )
			->fetchResultSet();
		$hidden = [];
		foreach ( $rows as $row ) {
			$hidden[(int)$row->rev_id] = (int)$row->rev_deleted;
		}
		return $hidden;
	}

	/**
	 * @param IDatabase $db
	 * @param non-empty-list<int> $revisions
	 * @return array<int,true>
	 */
	private function deleted( IDatabase $db, array $revisions ): array {
		return array_fill_keys( array_map( 'intval', $db->newSelectQueryBuilder()
			->select( 'ar_rev_id' )
			->from( 'archive' )
			->where( [ 'ar_rev_id' => $revisions ] )
			->caller( __METHOD__ )
			->fetchFieldValues() ), true );
	}
}
