<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Rollout;

use MediaWiki\Extension\WikibaseDispatch\Takeover\AnnouncingQueue;
use MediaWiki\Extension\WikibaseDispatch\Takeover\Takeover;
use MediaWiki\JobQueue\JobQueueGroupFactory;
use MediaWiki\JobQueue\JobSpecification;

/**
 * Has Wikibase's own job look at entities again whose changes it has forgotten.
 */
class WikibaseReminder {

	public function __construct( private readonly JobQueueGroupFactory $groups ) {
	}

	/**
	 * @param list<string> $entityIds
	 */
	public function remind( array $entityIds ): void {
		if ( $entityIds === [] ) {
			return;
		}
		$queue = $this->groups->makeJobQueueGroup()->get( Takeover::DISPATCH_CHANGES );
		if ( $queue instanceof AnnouncingQueue ) {
			$queue->pushForWikibase( array_map(
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
}
