<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * A change on its way: from the buffer through the jobs of the repo to the pages of a client.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchTriggerJob
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter
 */
class DispatchTest extends FarmTestCase {

	public function test_a_change_travels_from_the_buffer_into_the_queue_of_the_client(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );

		$this->announce();
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->runJobs( Farm::REPO );

		$notifications = $this->jobs( 'enwiki', 'DispatchNotification' );
		$this->assertCount( 1, $notifications );
		$this->assertSame( Farm::REPO, $notifications[0]['repo'] );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
	}

	public function test_a_client_without_a_subscription_gets_no_job_but_moves_on(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertSame( [], $this->jobs( 'dewiki', 'DispatchNotification' ) );
		$this->assertSame( $changeId, $this->seen( 'dewiki' ) );
	}

	public function test_the_recent_changes_of_the_client_tell_of_it(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$changeId = $this->writeChange( 'Q1', [ 'labelChanges' => [ 'en' ] ], [ 'bot' => 1 ] );
		$this->dispatchAll();

		$rows = $this->recentChanges( 'enwiki' );
		$this->assertCount( 1, $rows, $this->farm->log() );
		$row = $rows[0];
		$this->assertSame( 'Berlin', $row['rc_title'] );
		$this->assertSame( 'repowiki>Alice', $row['actor_name'] );
		$this->assertNull( $row['actor_user'] );
		$this->assertSame( '/* wbsetlabel-set:1|en */ Berlin', $row['comment_text'] );
		$this->assertSame( '20260131120000', $row['rc_timestamp'] );
		$this->assertEquals(
			[
				'rc_namespace' => 0, 'rc_minor' => 1, 'rc_bot' => 1, 'rc_cur_id' => self::PAGE,
				'rc_this_oldid' => 1007, 'rc_last_oldid' => 1007, 'rc_patrolled' => 2,
				'rc_old_len' => 123, 'rc_new_len' => 123, 'rc_deleted' => 0, 'rc_logid' => 0,
			],
			array_intersect_key( $row, array_flip( [
				'rc_namespace', 'rc_minor', 'rc_bot', 'rc_cur_id', 'rc_this_oldid', 'rc_last_oldid',
				'rc_patrolled', 'rc_old_len', 'rc_new_len', 'rc_deleted', 'rc_logid',
			] ) )
		);
		$this->assertSame(
			[ 'wikibase-repo-change' => [
				'id' => $changeId,
				'time' => '20260131120000',
				'user_id' => '5',
				'revision_id' => '8',
				'object_id' => 'Q1',
				'type' => 'wikibase-item~update',
				'entity_type' => 'item',
				'page_id' => 42,
				'rev_id' => 8,
				'parent_id' => 7,
				'comment' => '/* wbsetlabel-set:1|en */ Berlin',
				'user_text' => 'Alice',
				'central_user_id' => 0,
				'bot' => 1,
			] ],
			unserialize( $row['rc_params'] )
		);
	}

	public function test_somebody_without_an_account_appears_under_the_address_on_the_repo(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'X' ] ] );
		$this->writeChange( 'Q1', [ 'labelChanges' => [ 'en' ] ], [ 'user_text' => '192.0.2.44' ], 0 );
		$this->dispatchAll();
		$this->assertSame( [ 'repowiki>192.0.2.44' ], array_column( $this->recentChanges( 'enwiki' ), 'actor_name' ) );
	}

	public function test_the_pages_that_use_what_changed_are_purged_and_others_are_not(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', 7, 'Uses_the_label', [ 'Q1' => [ 'L.en', 'S' ] ] );
		$this->createPage( 'enwiki', 8, 'Uses_another_label', [ 'Q1' => [ 'L.de' ] ] );
		$this->createPage( 'enwiki', 9, 'Uses_all', [ 'Q1' => [ 'X' ] ] );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertSame( [ 7, 9 ], array_map(
			'intval',
			$this->farm->database( 'enwiki' )->query(
				"SELECT page_id FROM page WHERE page_id > 1 AND page_touched > '20200101000000' ORDER BY page_id"
			)->fetchAll( \PDO::FETCH_COLUMN )
		) );
		$this->assertEquals( [ 7, 9 ], array_column( $this->recentChanges( 'enwiki' ), 'rc_cur_id' ) );
	}

	public function test_a_usage_of_a_page_that_is_gone_does_no_harm(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$this->farm->database( 'enwiki' )->exec( 'DELETE FROM page WHERE page_id = ' . self::PAGE );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertSame( [], $this->recentChanges( 'enwiki' ) );
		$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_the_repo_can_be_its_own_client(): void {
		$this->subscribe( 'Q1', Farm::REPO );
		$this->createPage( Farm::REPO, self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertCount( 1, $this->recentChanges( Farm::REPO ), $this->farm->log() );
	}

	public function test_no_job_is_left_when_everything_is_dispatched(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		foreach ( Farm::WIKIS as $wiki ) {
			$this->assertSame( 0, (int)$this->farm->database( $wiki )->query( 'SELECT COUNT(*) FROM job' )
				->fetchColumn(), "jobs of $wiki" );
		}
	}
}
