<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\QueueInFront;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\JobQueue\JobQueueGroupFactory;
use MediaWiki\JobQueue\JobSpecification;
use MediaWiki\MediaWikiServices;
use MediaWiki\WikiMap\WikiMap;

/**
 * The queue of Wikibase's `DispatchChanges` jobs, in front of the queue that is configured for them.
 *
 * A push says that a change was written, and that is all we need to know of it: it reaches the queue behind only while
 * some client is Wikibase's. Whatever is in that queue is still popped and counted there.
 */
class AnnouncingQueue extends QueueInFront {

	/**
	 * Has Wikibase's own job run again for entities whose changes it may have forgotten. Announces nothing.
	 *
	 * @param JobQueueGroupFactory $groups
	 * @param list<string> $entityIds
	 */
	public static function remind( JobQueueGroupFactory $groups, array $entityIds ): void {
		$queue = $groups->makeJobQueueGroup()->get( Takeover::DISPATCH_CHANGES );
		if ( $queue instanceof self ) {
			$queue->queue->push( array_map(
				static fn ( string $entityId ) => new JobSpecification(
					Takeover::DISPATCH_CHANGES,
					[ 'title' => $entityId, 'entityId' => $entityId ],
					// It may only be late.
					[ 'removeDuplicates' => true ]
				),
				$entityIds
			) );
		}
	}

	/**
	 * @inheritDoc
	 */
	protected function doBatchPush( array $jobs, $flags ) {
		if ( !WikiMap::isCurrentWikiDbDomain( $this->getDomain() ) ) {
			$this->queue->batchPush( $jobs, $flags );
			return;
		}
		$announcer = WikibaseDispatchServices::editAnnouncer( MediaWikiServices::getInstance() );
		if ( $announcer->isForWikibase() ) {
			$this->queue->batchPush( $jobs, $flags );
		}
		$announcer->changesWritten( count( $jobs ) );
	}
}
