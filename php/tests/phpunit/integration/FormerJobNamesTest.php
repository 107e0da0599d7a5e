<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;

/**
 * Jobs that waited while the extension was upgraded, and those of hosts that are upgraded later.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Registration
 */
class FormerJobNamesTest extends FarmTestCase {

	public function test_a_trigger_and_a_client_of_former_names_dispatch_and_leave_the_queue(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->queueJob( Farm::REPO, 'DispatchTrigger', [] );
		$this->runJobs( Farm::REPO, '--type', 'DispatchTrigger' );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'DispatchTrigger' ), $this->farm->log() );
		$this->assertSame( 1, $this->seen( 'enwiki' ) );
		$this->writeChange( 'Q1' );
		$this->queueJob( Farm::REPO, 'DispatchClient', [ 'siteId' => 'enwiki' ] );
		$this->runJobs( Farm::REPO, '--type', 'DispatchClient' );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'DispatchClient' ), $this->farm->log() );
		$this->assertSame( 2, $this->seen( 'enwiki' ) );
	}

	public function test_every_former_name_is_run(): void {
		$params = [
			'DispatchClient' => [ 'siteId' => 'enwiki' ],
			'InjectRCRecords' => [ 'repo' => Farm::REPO, 'changes' => [] ],
			'SettleSubscriptions' => [ 'entityIds' => [ 'Q1' ] ],
		];
		foreach ( array_keys( Jobs::FORMER ) as $type ) {
			$this->queueJob( Farm::REPO, $type, $params[$type] ?? [] );
		}
		$this->runJobs( Farm::REPO );
		foreach ( array_keys( Jobs::FORMER ) as $type ) {
			$this->assertSame( [], $this->jobs( Farm::REPO, $type ), $type . $this->farm->log() );
		}
	}

	/** A client that was not upgraded knows only these. */
	public function test_the_jobs_of_clients_keep_their_names(): void {
		$this->assertSame( 'DispatchNotification', Jobs::NOTIFICATION );
		$this->assertSame( 'RebuildSubscriptions', Jobs::REBUILD_SUBSCRIPTIONS );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}
}
