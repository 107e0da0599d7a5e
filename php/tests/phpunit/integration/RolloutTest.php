<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use JobQueue;
use JobQueueGroup;
use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\AnnouncingQueue;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\JobQueue\JobQueueGroupFactory;
use MediaWiki\JobQueue\JobSpecification;
use MediaWiki\MediaWikiServices;
use WikibaseDispatchTests\NotificationIds;

/**
 * Client by client from Wikibase to us and back, on the real tables. There is no Wikibase here: that its job hands
 * changes over is said by its note. See tests/host/rollout for the same with Wikibase.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore
 */
class RolloutTest extends FarmTestCase {

	private const ONE = [ 'rollout' => [ 'default' => 'off', 'enwiki' => 'on' ], 'gapGrace' => 0 ];

	private RolloutStore $store;

	protected function setUp(): void {
		parent::setUp();
		$this->store = WikibaseDispatchServices::rolloutStore( MediaWikiServices::getInstance() );
		$this->subscribe( 'Q1', ...Farm::WIKIS );
	}

	public function test_a_push_of_wikibases_job_becomes_an_announcement(): void {
		$this->queue()->push( $this->wikibaseJob() );
		DeferredUpdates::doUpdates();
		$this->assertSame( [], $this->jobs( Farm::REPO, 'DispatchChanges' ) );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public function test_wikibases_jobs_that_wait_already_can_still_be_popped(): void {
		$queue = $this->queue();
		$group = $this->createMock( JobQueueGroup::class );
		$group->method( 'get' )->with( 'DispatchChanges' )->willReturn( $queue );
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->method( 'makeJobQueueGroup' )->willReturn( $group );
		AnnouncingQueue::remind( $groups, [ 'Q1' ] );
		$this->assertSame( [ 1, false ], [ $queue->getSize(), $queue->isEmpty() ] );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public function test_only_clients_that_are_on_get_passes(): void {
		$this->farm->setSettings( self::ONE );
		$changeId = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->assertSame( [], $this->jobs( 'dewiki', 'DispatchNotification' ) );
		$this->assertSame( [ $changeId, null ], [ $this->seen( 'enwiki' ), $this->seen( 'dewiki' ) ] );
		$this->assertSame( AppliedRollout::ON, $this->store->load()->of( 'enwiki' ) );
	}

	public function test_a_client_that_is_turned_on_begins_where_wikibase_stopped(): void {
		$this->farm->setSettings( self::ONE );
		$handed = [ $this->writeChange( 'Q1' ), $this->writeChange( 'Q1' ) ];
		$this->noteHanded( $handed );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( $handed[1], $this->store->load()->floor() );

		$next = $this->writeChange( 'Q1' );
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'on', 'repowiki' => 'off' ] ] + self::ONE );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( [ $next ], $this->deliveredTo( 'dewiki' ) );
	}

	public function test_a_client_that_is_turned_off_gets_what_was_written_before_and_then_nothing(): void {
		$this->farm->setSettings( [ 'gapGrace' => 0 ] );
		$first = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );

		$before = $this->writeChange( 'Q1' );
		$this->farm->setSettings( [ 'rollout' => [ 'dewiki' => 'off' ] ] + self::ONE );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( [ $first, $before ], $this->deliveredTo( 'dewiki' ) );
		$this->assertNull( $this->store->load()->of( 'dewiki' ) );

		$after = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( [ $first, $before ], $this->deliveredTo( 'dewiki' ) );
		$this->assertSame( [ $first, $before, $after ], $this->deliveredTo( 'enwiki' ) );
		$this->assertSame( [ $after ], $this->unhanded( $before ) );
	}

	public function test_a_client_that_is_watched_gets_nothing_and_differences_are_known(): void {
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'off', 'enwiki' => 'shadow' ], 'gapGrace' => 0 ] );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$both = $this->writeChange( 'Q1' );
		$onlyWikibase = $this->writeChange( 'Q2' );
		$onlyOurs = $this->writeChange( 'Q1' );
		$shadow = WikibaseDispatchServices::shadowRecord( MediaWikiServices::getInstance() );
		$shadow->note( 'enwiki', ShadowRecord::WIKIBASE, [ $both, $onlyWikibase ] );
		$this->noteHanded( [ $both, $onlyWikibase, $onlyOurs ] );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->assertSame(
			[ ShadowRecord::WIKIBASE => [ $onlyWikibase ], ShadowRecord::OURS => [ $onlyOurs ] ],
			$shadow->differences( 'enwiki', $onlyOurs )
		);
	}

	public function test_when_all_are_wikibases_again_nothing_of_ours_is_left(): void {
		$this->farm->setSettings( self::ONE );
		$handed = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->noteHanded( [ $handed ] );
		$this->farm->setSettings( [ 'rollout' => 'off' ] + self::ONE );
		$unhanded = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertNull( $this->store->load()->wikibase() );
		$this->assertSame( [ $handed, $unhanded ], $this->deliveredTo( 'enwiki' ) );
		$this->assertSame( [ $unhanded ], $this->unhanded( 0 ) );
	}

	public function test_g8_whether_a_job_of_wikibases_deletes_or_notes_is_decided_when_it_does(): void {
		$changes = [ $this->writeChange( 'Q1' ), $this->writeChange( 'Q1' ) ];
		$deleted = [];
		foreach ( $changes as $id ) {
			$this->store->handedOver( [ $id ], static function () use ( $id, &$deleted ): void {
				$deleted[] = $id;
			} );
			$this->farm->database( Farm::REPO )->exec(
				"REPLACE INTO wb_changes_rollout (cro_site, cro_state) VALUES ('', 'serving')"
			);
		}
		$this->assertSame( [ [ $changes[0] ], [ $changes[1] ] ], [ $deleted, $this->store->handedAmong( $changes ) ] );
	}

	public function test_what_a_job_of_wikibases_noted_after_the_rollout_is_gone_with_the_next_trigger(): void {
		$this->farm->setSettings( [ 'rollout' => 'off' ] + self::ONE );
		$handed = $this->writeChange( 'Q1' );
		$unhanded = $this->writeChange( 'Q1' );
		$this->noteHanded( [ $handed, $unhanded + 100 ] );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( [], $this->store->handedAmong( [ $handed, $unhanded + 100 ] ) );
		$this->assertSame( [ $unhanded ], $this->unhanded( 0 ) );
	}

	/**
	 * @return list<int> ids, read from the notifications that wait
	 */
	private function deliveredTo( string $wiki ): array {
		$ids = [];
		foreach ( $this->jobs( $wiki, 'DispatchNotification' ) as $params ) {
			array_push( $ids, ...NotificationIds::in( $params['changes'] ) );
		}
		sort( $ids );
		return $ids;
	}

	/**
	 * Says what Wikibase's job says when it has handed changes over.
	 *
	 * @param list<int> $ids
	 */
	private function noteHanded( array $ids ): void {
		$insert = $this->farm->database( Farm::REPO )->prepare(
			'INSERT INTO wb_changes_handed (ch_change_id) VALUES (?)'
		);
		foreach ( $ids as $id ) {
			$insert->execute( [ $id ] );
		}
	}

	/**
	 * @return list<int> changes after this one that it has not handed over
	 */
	private function unhanded( int $after ): array {
		return array_map( 'intval', $this->farm->database( Farm::REPO )->query(
			'SELECT change_id FROM wb_changes LEFT JOIN wb_changes_handed ON ch_change_id = change_id' .
			" WHERE change_id > $after AND ch_change_id IS NULL ORDER BY change_id"
		)->fetchAll( \PDO::FETCH_COLUMN ) );
	}

	private function queue(): AnnouncingQueue {
		$services = MediaWikiServices::getInstance();
		return JobQueue::factory( [
			'class' => AnnouncingQueue::class,
			'queue' => $services->getMainConfig()->get( 'JobTypeConf' )['default'],
			'type' => 'DispatchChanges',
			'domain' => Farm::REPO,
			'idGenerator' => $services->getGlobalIdGenerator(),
		] );
	}

	private function wikibaseJob(): JobSpecification {
		return new JobSpecification( 'DispatchChanges', [ 'title' => 'Q1', 'entityId' => 'Q1' ] );
	}
}
