<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Client\ClientPage;
use MediaWiki\Extension\WikibaseDispatch\Client\PageUpdater;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;

/**
 * Purging and parsing are left to core's own jobs.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\PageUpdater
 */
class PageUpdaterTest extends TestCase {

	public function test_a_portion_of_pages_is_one_purge_and_a_parse_for_each_page_in_one_push(): void {
		$queues = new RecordingQueues();
		( new PageUpdater( $queues ) )->update( self::pages( 7, 8 ), 'repowiki' );
		$this->assertSame( [ 'htmlCacheUpdate', 'refreshLinks', 'refreshLinks' ], $queues->types() );
		$this->assertSame( 1, $queues->pushes );
		$this->assertSame( [ 7 => [ 2, 'Page_7' ], 8 => [ 2, 'Page_8' ] ], $queues->pushed[0]['params']['pages'] );
		$this->assertSame( [ 2, 'Page_8' ], [
			$queues->pushed[2]['params']['namespace'], $queues->pushed[2]['params']['title'],
		] );
	}

	public function test_the_queue_can_tell_that_a_job_which_waits_is_the_same(): void {
		$queues = new RecordingQueues();
		$updater = new PageUpdater( $queues );
		$updater->update( self::pages( 7 ), 'repowiki' );
		$updater->update( self::pages( 7 ), 'repowiki' );
		[ $purge, $parse, $purgeAgain, $parseAgain ] = $queues->pushed;
		$this->assertSame( [ $purge, $parse ], [ $purgeAgain, $parseAgain ] );
		$this->assertSame( [ true, true ], [ $purge['removeDuplicates'], $parse['removeDuplicates'] ] );
	}

	/** A job with such a time would skip what was touched since, also where the change is younger than the job. */
	public function test_no_job_says_when_it_was_pushed(): void {
		$queues = new RecordingQueues();
		( new PageUpdater( $queues ) )->update( self::pages( 7 ), 'repowiki' );
		foreach ( $queues->pushed as $job ) {
			$this->assertArrayNotHasKey( 'rootJobTimestamp', $job['params'] );
		}
	}

	public function test_no_pages_make_no_jobs(): void {
		$queues = new RecordingQueues();
		( new PageUpdater( $queues ) )->update( [], 'repowiki' );
		$this->assertSame( [], $queues->pushed );
	}

	/**
	 * @return array<int,ClientPage>
	 */
	private static function pages( int ...$ids ): array {
		$pages = [];
		foreach ( $ids as $id ) {
			$pages[$id] = new ClientPage( $id, 2, "Page_$id", 1, 1 );
		}
		return $pages;
	}
}
