<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Queue;

use JobQueueGroup;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Queue\LocalQueueException;
use MediaWiki\Extension\WikibaseDispatch\Queue\UnrecognisedDomainException;
use MediaWiki\JobQueue\JobQueueGroupFactory;
use PHPUnit\Framework\TestCase;

/**
 * A push arrives or fails; it is never dropped in silence.
 */
class JobQueuesTest extends TestCase {

	public function test_jobs_are_pushed_to_the_queue_of_the_domain(): void {
		$group = $this->createMock( JobQueueGroup::class );
		$group->expects( $this->once() )->method( 'push' );
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->expects( $this->once() )->method( 'makeJobQueueGroup' )->with( 'en_db' )->willReturn( $group );
		( new JobQueues( $groups, [ 'en_db' ], [] ) )->pushTo( 'en_db', [ Jobs::client( 'enwiki' ) ] );
	}

	public function test_a_prefixed_domain_is_recognised_by_its_wiki_id(): void {
		$group = $this->createMock( JobQueueGroup::class );
		$group->expects( $this->once() )->method( 'push' );
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->method( 'makeJobQueueGroup' )->willReturn( $group );
		( new JobQueues( $groups, [ 'farm-en_' ], [] ) )->pushTo( 'farm-en_', [ Jobs::client( 'enwiki' ) ] );
	}

	public function test_a_domain_that_core_would_drop_jobs_for_is_refused(): void {
		$GLOBALS['wgDBname'] = 'repo_db';
		$GLOBALS['wgDBprefix'] = '';
		$GLOBALS['wgDBmwschema'] = null;
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->expects( $this->never() )->method( 'makeJobQueueGroup' );
		$this->expectException( UnrecognisedDomainException::class );
		$this->expectExceptionMessage( "'ghost_db'" );
		( new JobQueues( $groups, [ 'en_db' ], [] ) )->pushTo( 'ghost_db', [ Jobs::client( 'ghostwiki' ) ] );
	}

	public function test_a_queue_that_only_this_wiki_reads_takes_no_jobs_for_others(): void {
		$GLOBALS['wgDBname'] = 'repo_db';
		$GLOBALS['wgDBprefix'] = '';
		$GLOBALS['wgDBmwschema'] = null;
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->expects( $this->never() )->method( 'makeJobQueueGroup' );
		// As MediaWiki's installer writes it for SQLite.
		$configs = [ 'default' => [ 'class' => 'JobQueueDB', 'server' => [ 'type' => 'sqlite', 'dbname' => 'x' ] ] ];
		$this->expectException( LocalQueueException::class );
		$this->expectExceptionMessage( "'en_db'" );
		( new JobQueues( $groups, [ 'en_db' ], $configs ) )->pushTo( 'en_db', [ Jobs::client( 'enwiki' ) ] );
	}

	public function test_nothing_is_pushed_when_there_is_nothing_to_push(): void {
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->expects( $this->never() )->method( 'makeJobQueueGroup' );
		$queues = new JobQueues( $groups, [ 'en_db' ], [] );
		$queues->push( [] );
		$queues->pushTo( 'en_db', [] );
	}
}
