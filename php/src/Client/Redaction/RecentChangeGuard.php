<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeParams;
use MediaWiki\Revision\RevisionRecord;
use Psr\Log\LoggerInterface;

/**
 * Keeps what is hidden on the repo out of the recent changes that are about to be written, or were just written.
 *
 * Whoever hides a revision has the repo tell the clients, in jobs that come before, between or after those that write
 * rows. So the repo is asked twice: before, so that nothing is shown that is hidden already; and when the rows are
 * committed, because a job that came between has not found them. One that comes later does.
 */
class RecentChangeGuard {

	public function __construct(
		private readonly RepoRevisions $repo,
		private readonly RecentChangeRedactor $redactor,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @param string $repo site id
	 * @param list<array<string,mixed>> $changes as native code made them
	 */
	public function visibility( string $repo, array $changes ): RevisionVisibility {
		$visibility = $this->repo->visibility( $repo, array_merge( ...array_map( self::revisions( ... ), $changes ) ) );
		if ( !$visibility->isKnown ) {
			Event::VisibilityUnknown->write( $this->logger, [ 'repo' => $repo ] );
		}
		return $visibility;
	}

	/**
	 * What may be told of a change.
	 *
	 * @param array<string,mixed> $change
	 * @param RevisionVisibility $visibility
	 * @return array<string,mixed>|null the change without what is hidden, and in `deleted` what `rc_deleted` says of
	 *   it; null: nothing may be told
	 */
	public function visible( array $change, RevisionVisibility $visibility ): ?array {
		$revisions = self::revisions( $change );
		if ( $visibility->hasDeleted( $revisions ) ) {
			return null;
		}
		if ( !$visibility->isKnown ) {
			return self::withoutMarked( $change, count( $revisions ) > 1 );
		}
		$bits = $visibility->bits( $revisions );
		return $revisions === [] || $bits === 0
			? [ 'deleted' => 0 ] + $change : $this->withoutHidden( $change, $revisions, $visibility );
	}

	/**
	 * Takes back what has become hidden since it was written.
	 *
	 * @param string $repo site id
	 * @param list<array<string,mixed>> $changes
	 * @param RevisionVisibility $before as it was known when the rows were written
	 */
	public function redact( string $repo, array $changes, RevisionVisibility $before ): void {
		$now = $this->visibility( $repo, $changes );
		foreach ( $changes as $change ) {
			$revisions = self::revisions( $change );
			if ( !$now->differs( $before, $revisions ) ) {
				continue;
			}
			$entity = ( new RecentChangeParams( $change['params'] ) )->field( 'object_id' );
			$rows = $this->redactor->rowsOf(
				$change['time'], array_keys( $change['pages'] ), (string)$entity, $revisions
			);
			if ( $now->hasDeleted( $revisions ) ) {
				$this->redactor->delete( $rows );
			} else {
				$this->redactor->hide( $rows, $now->ofEach( $revisions ) );
			}
		}
	}

	/** What may be told where nobody but the change can be asked. */
	private static function withoutMarked( array $change, bool $isRun ): array {
		// As Wikibase does: what is hidden later cannot be taken out of a text of several.
		$visible = ( $isRun ? [ 'comments' => [ '' ] ] : [] ) + $change;
		if ( !( $change['hidesUser'] ?? false ) ) {
			return [ 'deleted' => 0 ] + $visible;
		}
		return [
			'deleted' => RevisionRecord::DELETED_USER,
			'params' => ( new RecentChangeParams( $change['params'] ) )->without( RecentChangeParams::USER ),
		] + $visible;
	}

	/**
	 * @param array<string,mixed> $change
	 * @param non-empty-list<int> $revisions
	 * @param RevisionVisibility $visibility
	 */
	private function withoutHidden( array $change, array $revisions, RevisionVisibility $visibility ): array {
		$bits = $visibility->bits( $revisions );
		$comments = array_values( array_filter(
			$change['comments'],
			static fn ( int $place ) => !$visibility->hidesText( $revisions[$place] ?? 0 ),
			ARRAY_FILTER_USE_KEY
		) );
		// A single revision is hidden as it is on the repo, and can be shown again. A run links to its last revision.
		$deleted = count( $revisions ) === 1 ? $bits : RevisionVisibility::userBits( $bits )
			| RevisionVisibility::contentBit( $visibility->bits( [ end( $revisions ) ] ) );
		$fields = RevisionVisibility::isUser( $bits ) ? RecentChangeParams::USER : [];
		if ( RevisionVisibility::isText( $bits ) ) {
			array_push( $fields, ...RecentChangeParams::SUMMARY );
			$deleted |= $comments === [] ? RevisionRecord::DELETED_COMMENT : 0;
		}
		return [
			'comments' => $comments === [] ? [ '' ] : $comments,
			'deleted' => $deleted,
			'params' => ( new RecentChangeParams( $change['params'] ) )->without( $fields ),
		] + $change;
	}

	/**
	 * @return list<int> one of each change that was merged; jobs of an earlier version name none
	 */
	private static function revisions( array $change ): array {
		return array_map( 'intval', array_values( $change['revisions'] ?? [] ) );
	}
}
