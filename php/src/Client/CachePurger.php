<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\JobQueue\JobSpecification;

/**
 * Has the caches of pages purged, by core's own job.
 */
class CachePurger {

	public function __construct(
		private readonly JobQueues $queues,
		private readonly WikiSettings $settings
	) {
	}

	/**
	 * @param array<int,ClientPage> $pages by page id
	 * @param string $repo site id
	 */
	public function purge( array $pages, string $repo ): void {
		// A job may be signed, and pass through JavaScript, which puts keys that are numbers in this order.
		ksort( $pages );
		$jobs = [];
		foreach ( array_chunk( $pages, $this->settings->purgeCacheBatchSize(), true ) as $batch ) {
			$jobs[] = new JobSpecification( 'htmlCacheUpdate', [
				'pages' => array_map(
					static fn ( ClientPage $page ) => [ $page->namespace, $page->dbKey ],
					$batch
				),
				// Pages that were touched since need no purge.
				'rootJobTimestamp' => wfTimestampNow(),
				'rootJobSignature' => 'wikibase-dispatch:' . sha1( implode( '|', array_keys( $batch ) ) ),
				'causeAction' => 'wikibase-dispatch',
				'causeAgent' => $repo,
			], [ 'removeDuplicates' => true ] );
		}
		$this->queues->push( $jobs );
	}
}
