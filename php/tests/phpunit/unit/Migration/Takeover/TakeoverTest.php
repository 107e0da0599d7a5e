<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Migration\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\AnnouncingQueue;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\DispatchChangesJob;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\Takeover;
use PHPUnit\Framework\TestCase;

/**
 * Where the extension puts itself into MediaWiki's configuration.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\Takeover
 */
class TakeoverTest extends TestCase {

	private const DEFAULT = [ 'class' => 'JobQueueDB', 'order' => 'random' ];
	private const WIKIBASES = 'Wikibase\Repo\ChangeModification\DispatchChangesJob::newFromGlobalState';

	public function test_the_job_of_wikibase_gets_our_queue_and_our_class(): void {
		$jobs = [ 'DispatchChanges' => self::WIKIBASES, 'other' => 'OtherJob' ];
		$queues = [ 'default' => self::DEFAULT ];
		Takeover::register( $jobs, $queues );
		$this->assertSame(
			[ 'class' => AnnouncingQueue::class, 'queue' => self::DEFAULT ],
			$queues['DispatchChanges']
		);
		$this->assertSame( DispatchChangesJob::class, $jobs['DispatchChanges']['class'] );
		$this->assertSame( [ self::DEFAULT, 'OtherJob' ], [ $queues['default'], $jobs['other'] ] );
	}

	public function test_a_queue_that_is_configured_for_the_job_is_the_one_behind(): void {
		$jobs = [ 'DispatchChanges' => self::WIKIBASES ];
		$queues = [ 'default' => self::DEFAULT, 'DispatchChanges' => [ 'class' => 'JobQueueRedis' ] ];
		Takeover::register( $jobs, $queues );
		$this->assertSame( [ 'class' => 'JobQueueRedis' ], $queues['DispatchChanges']['queue'] );
	}

	public function test_a_wiki_without_that_job_is_left_alone(): void {
		$jobs = [ 'other' => 'OtherJob' ];
		$queues = [ 'default' => self::DEFAULT ];
		Takeover::register( $jobs, $queues );
		$this->assertSame( [ [ 'other' => 'OtherJob' ], [ 'default' => self::DEFAULT ] ], [ $jobs, $queues ] );
	}

	public function test_it_is_put_there_once(): void {
		$jobs = [ 'DispatchChanges' => self::WIKIBASES ];
		$queues = [ 'default' => self::DEFAULT ];
		Takeover::register( $jobs, $queues );
		Takeover::register( $jobs, $queues );
		$this->assertSame( self::DEFAULT, $queues['DispatchChanges']['queue'] );
	}
}
