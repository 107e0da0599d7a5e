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
	 * @param list<array{0:array,1:list<ClientPage>}> $affected changes, each with the pages that it affects
	 * @return int how many rows were written; those of an earlier run are not written again
	 */
	public function write( string $repo, array $affected ): int {
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
		$missing = $this->missing( $db, $affected );

		$commentIds = [];
		$rows = [];
		// Ids of a transaction that was rolled back are worth nothing, and this service outlives transactions.
		$this->actors->forget();
		foreach ( $missing as [ $change, $page, $params, $timestamp ] ) {
			$metadata = $change['metadata'];
			$comment = trim( (string)( $metadata['comment'] ?? '' ) );
			$commentIds[$comment] ??= $this->comments->createComment( $db, $comment )->id;
			$rows[] = RecentChangeRow::make(
				$change,
				$page,
				$params,
				$timestamp,
				$this->actors->actorId( $db, $repo, $change['userId'], (string)( $metadata['user_text'] ?? '' ) ),
				(int)$commentIds[$comment]
			);
		}
		foreach ( array_chunk( $rows, $this->settings->recentChangesBatchSize() ) as $batch ) {
			$db->insert( 'recentchanges', $batch, __METHOD__ );
		}
		return count( $rows );
	}

	/**
	 * @param IDatabase $db
	 * @param list<array{0:array,1:list<ClientPage>}> $affected
	 * @return array<string,array{0:array,1:ClientPage,2:string,3:string}> change, page, params, timestamp
	 */
	private function missing( IDatabase $db, array $affected ): array {
		$candidates = [];
		$timestamps = [];
		foreach ( $affected as [ $change, $pages ] ) {
			$params = RecentChangeRow::params( $change );
			$timestamp = $db->timestamp( $change['time'] );
			foreach ( $pages as $page ) {
				$key = WrittenRecentChanges::key( $timestamp, $page->id, $params );
				$candidates[$key] = [ $change, $page, $params, $timestamp ];
				$timestamps[] = $timestamp;
			}
		}
		return $candidates === []
			? []
			: $this->written->without( $db, min( $timestamps ), max( $timestamps ), $candidates );
	}
}
