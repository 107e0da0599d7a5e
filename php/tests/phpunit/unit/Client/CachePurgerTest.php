<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Client\CachePurger;
use MediaWiki\Extension\WikibaseDispatch\Client\ClientPage;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;

/**
 * Purging is left to core's own jobs, of a bounded size.
 */
class CachePurgerTest extends TestCase {

	public function test_pages_are_purged_by_jobs_of_a_bounded_size(): void {
		$queues = new RecordingQueues();
		$pages = [];
		foreach ( [ 7, 8, 9 ] as $id ) {
			$pages[$id] = new ClientPage( $id, 2, "Page_$id", 1, 1 );
		}
		self::purger( $queues )->purge( $pages, 'repowiki' );
		$this->assertSame( [ 'htmlCacheUpdate', 'htmlCacheUpdate' ], $queues->types() );
		$this->assertSame(
			[ [ 7 => [ 2, 'Page_7' ], 8 => [ 2, 'Page_8' ] ], [ 9 => [ 2, 'Page_9' ] ] ],
			array_map( static fn ( array $job ) => $job['params']['pages'], $queues->pushed )
		);
	}

	/** A queue may send them through JavaScript, which sorts them: what was signed before would be something else. */
	public function test_the_pages_of_a_job_are_in_the_order_of_their_ids(): void {
		$queues = new RecordingQueues();
		$page = static fn ( int $id ) => new ClientPage( $id, 0, "Page_$id", 1, 1 );
		self::purger( $queues )->purge( [ 30 => $page( 30 ), 2 => $page( 2 ) ], 'repowiki' );
		$this->assertSame( [ 2, 30 ], array_keys( $queues->pushed[0]['params']['pages'] ) );
	}

	public function test_no_pages_make_no_jobs(): void {
		$queues = new RecordingQueues();
		self::purger( $queues )->purge( [], 'repowiki' );
		$this->assertSame( [], $queues->pushed );
	}

	private static function purger( RecordingQueues $queues ): CachePurger {
		return new CachePurger(
			$queues,
			new WikiSettings( [ 'purgeCacheBatchSize' => 2 ], [], 'enwiki', $queues, new NullLogger() )
		);
	}
}
