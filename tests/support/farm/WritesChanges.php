<?php
/**
 * Every edit of a page whose title is an entity's id writes a change, as Wikibase's edits do: a row, and a job that
 * says so, when the answer has been sent. A hook of `PageSaveComplete`.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchFarm;

use MediaWiki\MediaWikiServices;

final class WritesChanges {

	public static function onPageSaveComplete( $page, $user, $summary, $flags, $revision ): void {
		$id = $page->getTitle()->getText();
		if ( !preg_match( '/^Q\d+$/', $id ) ) {
			return;
		}
		$services = MediaWikiServices::getInstance();
		\DeferredUpdates::addCallableUpdate( static function () use ( $services, $id, $revision ): void {
			$services->getDBLoadBalancer()->getConnection( DB_PRIMARY )->insert( 'wb_changes', [
				'change_type' => 'wikibase-item~update',
				'change_time' => wfTimestampNow(),
				'change_object_id' => $id,
				'change_revision_id' => $revision->getId(),
				'change_user_id' => 0,
				'change_info' => json_encode( [
					'compactDiff' => json_encode( [
						'arrayFormatVersion' => 1, 'labelChanges' => [ 'en' ], 'descriptionChanges' => [],
						'statementChanges' => [], 'siteLinkChanges' => [], 'otherChanges' => false,
					] ),
					'metadata' => [ 'rev_id' => $revision->getId(), 'user_text' => 'Alice', 'comment' => 'edit' ],
				] ),
			], __METHOD__ );
			$services->getJobQueueGroup()->lazyPush(
				new \JobSpecification( 'DispatchChanges', [ 'title' => $id, 'entityId' => $id ] )
			);
		} );
	}
}
