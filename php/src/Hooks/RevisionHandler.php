<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use Closure;
use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\BufferRedactor;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RevisionNotifier;
use MediaWiki\Page\Hook\PageDeleteCompleteHook;
use MediaWiki\Page\ProperPageIdentity;
use MediaWiki\Permissions\Authority;
use MediaWiki\Revision\RevisionRecord;
use MediaWiki\RevisionDelete\Hook\ArticleRevisionVisibilitySetHook;

/**
 * Hears, on a repo, of revisions that are hidden or deleted, of which changes may wait to be dispatched.
 */
class RevisionHandler implements ArticleRevisionVisibilitySetHook, PageDeleteCompleteHook {

	public function __construct(
		private readonly WikiSettings $settings,
		private readonly BufferRedactor $buffer,
		private readonly RevisionNotifier $notifier
	) {
	}

	/**
	 * @inheritDoc
	 */
	public function onArticleRevisionVisibilitySet( $title, $ids, $visibilityChangeMap ): void {
		$entity = $this->entity( $title->getDBkey() );
		if ( $entity === null ) {
			return;
		}
		$revisions = [];
		foreach ( $ids as $id ) {
			$revisions[(int)$id] = (int)( $visibilityChangeMap[$id]['newBits'] ?? 0 );
		}
		self::soon( function () use ( $entity, $revisions ): void {
			try {
				$this->buffer->hide( array_filter( $revisions ) );
			} finally {
				// What was delivered already is not in the buffer.
				$this->notifier->hidden( $entity, $revisions );
			}
		} );
	}

	/**
	 * @inheritDoc
	 */
	public function onPageDeleteComplete(
		ProperPageIdentity $page,
		Authority $deleter,
		string $reason,
		int $pageID,
		RevisionRecord $deletedRev,
		$logEntry,
		int $archivedRevisionCount
	) {
		$entity = $archivedRevisionCount > 0 ? $this->entity( $page->getDBkey() ) : null;
		if ( $entity === null ) {
			return;
		}
		self::soon( function () use ( $entity, $pageID ): void {
			try {
				$this->buffer->hideDeleted( $pageID, $entity );
			} finally {
				// What was delivered already is not in the buffer.
				$this->notifier->deleted( $entity, $pageID );
			}
		} );
	}

	/** The entity whose page has this title; null: it is the page of none. The title is the entity's id. */
	private function entity( string $title ): ?string {
		return preg_match( '/^[A-Z][1-9]\d*$/', $title ) && $this->settings->isRepo() ? $title : null;
	}

	/** After the commit on the repo, and before the user gets an answer. */
	private static function soon( Closure $work ): void {
		DeferredUpdates::addCallableUpdate( $work, DeferredUpdates::PRESEND );
	}
}
