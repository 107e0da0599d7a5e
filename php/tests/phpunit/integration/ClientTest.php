<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * What becomes of a notification on a client.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\PageUpdater
 */
class ClientTest extends FarmTestCase {

	private const NOTIFICATIONS = [ '--type', 'DispatchNotification' ];

	public function test_a_run_of_edits_by_one_user_is_one_recent_change_that_tells_of_each(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'X' ] ] );
		$this->writeChange( 'Q1', [ 'labelChanges' => [ 'en' ] ], [ 'comment' => 'one' ] );
		$this->writeChange( 'Q1', [ 'labelChanges' => [ 'de' ] ], [
			'comment' => 'two', 'rev_id' => 9, 'parent_id' => 8,
		] );
		$this->dispatchAll();
		[ $row ] = $this->recentChanges( 'enwiki' );
		$this->assertSame( 'one; two', $row['comment_text'] );
		$change = unserialize( $row['rc_params'] )['wikibase-repo-change'];
		$this->assertSame( [ null, 7, 9 ], [ $change['id'], $change['parent_id'], $change['rev_id'] ] );
	}

	public function test_each_affected_page_waits_to_be_parsed_once_however_often_it_is_affected(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'X' ] ] );
		foreach ( [ [], self::SOMEBODY_ELSE ] as $metadata ) {
			$this->writeChange( 'Q1', [ 'labelChanges' => [ 'en' ] ], $metadata );
			$this->announce();
			$this->runJobs( Farm::REPO );
			$this->runJobs( 'enwiki', ...self::NOTIFICATIONS );
		}
		$this->assertCount( 1, $this->jobs( 'enwiki', 'refreshLinks' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'htmlCacheUpdate' ) );
		// By the first the client has learnt that it can give receipts; then it writes what it tells at once.
		$this->assertCount( 1, $this->jobs( 'enwiki', 'wikibase-dispatch-recent-changes' ) );
		$this->assertCount( 1, $this->recentChanges( 'enwiki' ) );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [], $this->jobs( 'enwiki', 'refreshLinks' ) );
		$this->assertCount( 2, $this->recentChanges( 'enwiki' ) );
	}

	public function test_the_old_and_the_new_page_of_a_site_link_are_updated_though_they_use_nothing(): void {
		$this->createPage( 'enwiki', 7, 'Old_page', [] );
		$this->createPage( 'enwiki', 8, 'New_page', [] );
		$this->createPage( 'enwiki', 9, 'Third_page', [] );
		$this->writeChange( 'Q1', [ 'siteLinkChanges' => [ 'enwiki' => [ 'Old page', 'new_page', false ] ] ] );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->runJobs( 'enwiki', ...self::NOTIFICATIONS );
		$this->assertSame( [ 'New_page', 'Old_page' ], $this->parsed( 'enwiki' ) );
		$this->runJobs( 'enwiki' );
		$this->assertEquals( [ 7, 8 ], array_column( $this->recentChanges( 'enwiki' ), 'rc_cur_id' ) );
	}

	public function test_wikibases_own_notifications_are_understood(): void {
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'X' ], 'Q2' => [ 'X' ] ] );
		$first = $this->writeChange( 'Q1' );
		$second = $this->writeChange( 'Q2' );
		$columns = 'change_id AS id, change_time AS time, change_info AS info, change_user_id AS user_id,' .
			' change_revision_id AS revision_id, change_object_id AS object_id, change_type AS type';
		$row = $this->farm->database( Farm::REPO )->query(
			"SELECT $columns FROM wb_changes WHERE change_id = $first"
		)->fetch( \PDO::FETCH_ASSOC );
		$this->queueJob( 'enwiki', 'EntityChangeNotification', [ 'changes' => [ $row ] ] );
		$this->queueJob( 'enwiki', 'ChangeNotification', [ 'repo' => Farm::REPO, 'changeIds' => [ $second, 4711 ] ] );
		$this->runJobs( 'enwiki' );
		$rows = $this->recentChanges( 'enwiki' );
		$entities = array_map( static fn ( array $row ) =>
			unserialize( $row['rc_params'] )['wikibase-repo-change']['object_id'], $rows );
		sort( $entities );
		$this->assertSame( [ 'Q1', 'Q2' ], $entities, $this->farm->log() );
		$this->assertStringContainsString(
			'1 changes are no longer in the change buffer of repowiki', $this->farm->log()
		);
	}

	public function test_ids_of_a_wiki_that_is_not_of_the_farm_are_refused(): void {
		$this->farm->setSettings( [ 'repoDatabase' => null ] );
		$this->queueJob( 'enwiki', 'ChangeNotification', [ 'repo' => 'elsewhere', 'changeIds' => [ 1 ] ] );
		$this->runJobs( 'enwiki' );
		$this->assertStringContainsString( "'elsewhere'", $this->farm->log() );
	}

	/**
	 * @return list<string> titles that wait to be parsed again
	 */
	private function parsed( string $wiki ): array {
		$titles = array_column( $this->jobs( $wiki, 'refreshLinks' ), 'title' );
		sort( $titles );
		return $titles;
	}

}
