<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\CommentStore\CommentStore;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\RecentChangeColumns;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\RecentChangeSaver;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RecentChangeGuard;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RevisionVisibility;
use RuntimeException;
use Throwable;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\ScopedCallback;

/**
 * Writes a batch of recent changes: a row for each change and each page that is told of it.
 *
 * Where somebody hears of recent changes, each is saved by MediaWiki's own way; else all are written by one statement,
 * because a backlog makes tens of thousands of them. The rows are the same.
 */
class RecentChangeWriter {

	/** Seconds for which others are waited for that write recent changes here. */
	private const PATIENCE = 60;

	/** @var array<string,int> comment => its id */
	private array $commentIds = [];

	public function __construct(
		private readonly ILBFactory $loadBalancers,
		private readonly CurrentReads $reads,
		private readonly PageLookup $pages,
		private readonly RemoteActors $actors,
		private readonly RecentChangeComment $comment,
		private readonly CommentStore $comments,
		private readonly WrittenRecentChanges $written,
		private readonly RecentChangeColumns $columns,
		private readonly RecentChangeListeners $listeners,
		private readonly RecentChangeSaver $saver,
		private readonly RecentChangeGuard $guard
	) {
	}

	/**
	 * @param string $repo site id
	 * @param list<array<string,mixed>> $changes as native code made them
	 * @return int how many rows were written; those of an earlier run are not written again
	 */
	public function write( string $repo, array $changes ): int {
		$before = $this->guard->visibility( $repo, $changes );
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
		$alone = $this->alone( $db );
		try {
			// While nobody else writes: what any of them has written is committed.
			$current = $this->reads->ofWiki();
			$this->loadBalancers->beginPrimaryChanges( __METHOD__ );
			$rows = $this->writeVisible( $db, $current, $repo, $changes, $before );
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		} catch ( Throwable $e ) {
			$this->loadBalancers->rollbackPrimaryChanges( __METHOD__ );
			throw $e;
		} finally {
			ScopedCallback::consume( $alone );
		}
		// What was hidden meanwhile is looked for when the rows can be seen: who hides something later finds them.
		$this->guard->redact( $repo, $changes, $before );
		return $rows;
	}

	/**
	 * Which rows are there already is looked up before any are written, and a job can be run twice at once. So one at
	 * a time does both, on this wiki; none of them waits for another's rows, which could end in a deadlock.
	 */
	private function alone( IDatabase $db ): ScopedCallback {
		// Names of locks are known to the whole server.
		$name = 'WikibaseDispatch.recentchanges.' . $db->getDomainID();
		return $db->getScopedLockAndFlush( $name, __METHOD__, self::PATIENCE )
			?? throw new RuntimeException( 'cannot write recent changes: others have been doing so for too long' );
	}

	/**
	 * @param IDatabase $db
	 * @param IDatabase $current to read from
	 * @param string $repo
	 * @param list<array<string,mixed>> $changes
	 * @param RevisionVisibility $visibility
	 */
	private function writeVisible(
		IDatabase $db, IDatabase $current, string $repo, array $changes, RevisionVisibility $visibility
	): int {
		// Ids of a transaction that was rolled back are worth nothing, and this service outlives transactions.
		$this->actors->forget();
		$this->commentIds = [];
		if ( $db->getType() === 'sqlite' ) {
			// A transaction that begins by reading may not write if anybody else has written since.
			$db->delete( 'recentchanges', [ 'rc_id' => 0 ], __METHOD__ );
		}
		$rows = $this->rows( $db, $current, $repo, $changes, $visibility );
		if ( $rows === [] ) {
			return 0;
		}
		if ( $this->listeners->exist() ) {
			foreach ( $rows as $row ) {
				$this->saver->save( $row->forMediaWiki() );
			}
		} else {
			$db->insert( 'recentchanges', array_map( fn ( RecentChangeRow $row ) => $row->forTable(
				$this->actors->actorId( $db, $row->user ),
				$this->commentId( $db, $row->comment )
			), $rows ), __METHOD__ );
		}
		return count( $rows );
	}

	/**
	 * @param IDatabase $db
	 * @param IDatabase $current
	 * @param string $repo
	 * @param list<array<string,mixed>> $changes
	 * @param RevisionVisibility $visibility
	 * @return list<RecentChangeRow>
	 */
	private function rows(
		IDatabase $db, IDatabase $current, string $repo, array $changes, RevisionVisibility $visibility
	): array {
		$pages = $this->pagesOf( $current, $changes );
		$former = $this->columns->former( $db );
		$rows = [];
		foreach ( $this->missing( $current, $changes, $pages ) as [ $change, $page, $timestamp ] ) {
			$visible = $this->guard->visible( $change, $visibility );
			if ( $visible !== null ) {
				$rows[] = RecentChangeRow::make(
					$visible,
					$page,
					$timestamp,
					$this->actors->identity(
						$repo, (int)$change['userId'], (string)$change['userName'], (int)$change['centralUserId']
					),
					$this->comment->text( $visible['comments'] ),
					$visible['deleted'],
					$former
				);
			}
		}
		return $rows;
	}

	/**
	 * Whoever handles a notification has just looked its pages up; a job that was left names them only.
	 *
	 * @param IDatabase $db
	 * @param list<array<string,mixed>> $changes
	 * @return array<int,ClientPage> by page id
	 */
	private function pagesOf( IDatabase $db, array $changes ): array {
		$pages = array_replace( [], ...array_column( $changes, 'pages' ) );
		foreach ( $pages as $id => $facts ) {
			$pages[$id] = ClientPage::of( $id, $facts );
		}
		$known = array_filter( $pages );
		return $known + $this->pages->pages( $db, array_keys( array_diff_key( $pages, $known ) ) );
	}

	/**
	 * @param IDatabase $db
	 * @param list<array<string,mixed>> $changes
	 * @param array<int,ClientPage> $pages by page id
	 * @return list<array{0:array,1:ClientPage,2:string}> change or what is left of it, page, timestamp
	 */
	private function missing( IDatabase $db, array $changes, array $pages ): array {
		if ( $pages === [] || $changes === [] ) {
			return [];
		}
		$since = min( array_map( static fn ( array $change ) => $change['since'] ?? $change['time'], $changes ) );
		$written = $this->written->of( $db, $db->timestamp( $since ), array_keys( $pages ) );
		$missing = [];
		foreach ( $changes as $change ) {
			$timestamp = $db->timestamp( $change['time'] );
			$row = new RecentChangeParams( $change['params'] );
			foreach ( array_intersect_key( $pages, $change['pages'] ) as $page ) {
				foreach ( $written->left( $page->id, $timestamp, $change, $row ) as $left ) {
					$missing[] = [ $left, $page, $timestamp ];
				}
			}
		}
		return $missing;
	}

	private function commentId( IDatabase $db, string $text ): int {
		$this->commentIds[$text] ??= (int)$this->comments->createComment( $db, $text )->id;
		return $this->commentIds[$text];
	}
}
