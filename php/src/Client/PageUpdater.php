<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\JobQueue\JobSpecification;

/**
 * Has the caches of pages purged and the pages parsed again, by core's own jobs.
 *
 * None of these jobs says when or why it was pushed. So one that still waits is the same job, which the queue keeps one
 * of; and since it does all of its work whenever it runs, nothing is missed by dropping the second.
 */
class PageUpdater {

	private const CAUSE = 'wikibase-dispatch';

	public function __construct( private readonly JobQueues $queues ) {
	}

	/**
	 * @param array<int,ClientPage> $pages by page id; they go into one job
	 * @param string $repo site id
	 */
	public function update( array $pages, string $repo ): void {
		if ( $pages === [] ) {
			return;
		}
		// Jobs may be signed, and pass through JavaScript, which puts keys that are numbers in this order.
		ksort( $pages );
		$cause = [ 'causeAction' => self::CAUSE, 'causeAgent' => $repo ];
		$jobs = [ self::job( 'htmlCacheUpdate', [
			'pages' => array_map( static fn ( ClientPage $page ) => [ $page->namespace, $page->dbKey ], $pages ),
		] + $cause ) ];
		foreach ( $pages as $page ) {
			$jobs[] = self::job( 'refreshLinks', [
				'namespace' => $page->namespace,
				'title' => $page->dbKey,
			] + $cause );
		}
		$this->queues->push( $jobs );
	}

	private static function job( string $type, array $params ): JobSpecification {
		return new JobSpecification( $type, $params, [ 'removeDuplicates' => true ] );
	}
}
