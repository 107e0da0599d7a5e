<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\CommentStore\CommentStore;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Writes a batch of recent changes: a row for each change and each page that is told of it.
 *
 * All by one statement, because a backlog makes tens of thousands of them.
 */
class RecentChangeWriter {

	/** @var array<string,int> comment => its id */
	private array $commentIds = [];

	public function __construct(
		private readonly ILBFactory $loadBalancers,
		private readonly PageLookup $pages,
		private readonly RemoteActors $actors,
		private readonly RecentChangeComment $comment,
		private readonly CommentStore $comments,
		private readonly WrittenRecentChanges $written
	) {
	}

	/**
	 * @param string $repo site id
	 * @param list<array<string,mixed>> $changes as native code made them
	 * @return int how many rows were written; those of an earlier run are not written again
	 */
	public function write( string $repo, array $changes ): int {
		// Ids of a transaction that was rolled back are worth nothing, and this service outlives transactions.
		$this->actors->forget();
		$this->commentIds = [];
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
		$pageIds = array_merge( ...array_map( 'array_keys', array_column( $changes, 'pages' ) ) );
		$pages = $this->pages->pages( array_values( array_unique( $pageIds ) ) );
		$rows = [];
		foreach ( $this->missing( $db, $changes, $pages ) as [ $change, $page, $timestamp ] ) {
			$rows[] = RecentChangeRow::make(
				$change,
				$page,
				$timestamp,
				$this->actors->actorId(
					$db, $repo, (int)$change['userId'], (string)$change['userName'], (int)$change['centralUserId']
				),
				$this->commentId( $db, $change['comments'] )
			);
		}
		if ( $rows !== [] ) {
			$db->insert( 'recentchanges', $rows, __METHOD__ );
		}
		return count( $rows );
	}

	/**
	 * @param IDatabase $db
	 * @param list<array<string,mixed>> $changes
	 * @param array<int,ClientPage> $pages by page id
	 * @return array<string,array{0:array,1:ClientPage,2:string}> change, page, timestamp
	 */
	private function missing( IDatabase $db, array $changes, array $pages ): array {
		$candidates = [];
		$timestamps = [];
		foreach ( $changes as $change ) {
			$timestamp = $db->timestamp( $change['time'] );
			$key = WrittenRecentChanges::key( $timestamp, $change['params'] );
			foreach ( array_intersect_key( $pages, $change['pages'] ) as $page ) {
				$candidates["{$page->id}|$key"] = [ $change, $page, $timestamp ];
				$timestamps[] = $timestamp;
			}
		}
		return $candidates === []
			? []
			: $this->written->without( $db, min( $timestamps ), max( $timestamps ), array_keys( $pages ), $candidates );
	}

	private function commentId( IDatabase $db, array $comments ): int {
		$text = $this->comment->text( $comments );
		$this->commentIds[$text] ??= (int)$this->comments->createComment( $db, $text )->id;
		return $this->commentIds[$text];
	}
}
