<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\CommentStore\CommentStore;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Writes the recent changes of a notification: a row for each change and each page that it affects.
 *
 * Many rows by one statement, because a backlog makes tens of thousands of them.
 */
class RecentChangeWriter {

	/** @var array<string,int> comment => its id */
	private array $commentIds = [];

	public function __construct(
		private readonly ILBFactory $loadBalancers,
		private readonly RemoteActors $actors,
		private readonly CommentStore $comments,
		private readonly WrittenRecentChanges $written,
		private readonly WikiSettings $settings
	) {
	}

	/**
	 * @param string $repo site id
	 * @param iterable<array{0:array,1:ClientPage}> $affected changes, each with each page that it affects
	 * @return int how many rows were written; those of an earlier run are not written again
	 */
	public function write( string $repo, iterable $affected ): int {
		// Ids of a transaction that was rolled back are worth nothing, and this service outlives transactions.
		$this->actors->forget();
		$this->commentIds = [];
		$written = 0;
		$batch = [];
		foreach ( $affected as $pair ) {
			$batch[] = $pair;
			if ( count( $batch ) === $this->settings->recentChangesBatchSize() ) {
				$written += $this->writeBatch( $repo, $batch );
				$batch = [];
			}
		}
		return $batch === [] ? $written : $written + $this->writeBatch( $repo, $batch );
	}

	/**
	 * @param string $repo
	 * @param non-empty-list<array{0:array,1:ClientPage}> $batch
	 */
	private function writeBatch( string $repo, array $batch ): int {
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
		$rows = [];
		foreach ( $this->missing( $db, $batch ) as [ $change, $page, $params, $timestamp ] ) {
			$metadata = $change['metadata'];
			$comment = trim( (string)( $metadata['comment'] ?? '' ) );
			$this->commentIds[$comment] ??= (int)$this->comments->createComment( $db, $comment )->id;
			$rows[] = RecentChangeRow::make(
				$change,
				$page,
				$params,
				$timestamp,
				$this->actors->actorId( $db, $repo, $change['userId'], (string)( $metadata['user_text'] ?? '' ) ),
				$this->commentIds[$comment]
			);
		}
		if ( $rows !== [] ) {
			$db->insert( 'recentchanges', $rows, __METHOD__ );
		}
		return count( $rows );
	}

	/**
	 * @param IDatabase $db
	 * @param non-empty-list<array{0:array,1:ClientPage}> $batch
	 * @return array<string,array{0:array,1:ClientPage,2:string,3:string}> change, page, params, timestamp
	 */
	private function missing( IDatabase $db, array $batch ): array {
		$candidates = [];
		$params = [];
		$timestamps = [];
		foreach ( $batch as [ $change, $page ] ) {
			$params[$change['id']] ??= RecentChangeRow::params( $change );
			$timestamp = $db->timestamp( $change['time'] );
			$key = WrittenRecentChanges::key( $timestamp, $page->id, $params[$change['id']] );
			$candidates[$key] = [ $change, $page, $params[$change['id']], $timestamp ];
			$timestamps[] = $timestamp;
		}
		$pageIds = array_values( array_unique( array_map( static fn ( array $pair ) => $pair[1]->id, $batch ) ) );
		return $this->written->without( $db, min( $timestamps ), max( $timestamps ), $pageIds, $candidates );
	}
}
