<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use ManualLogEntry;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RevisionNotifier;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use MediaWiki\Page\PageIdentityValue;
use MediaWiki\Permissions\Authority;
use MediaWiki\Revision\RevisionRecord;

/**
 * Text and names that were hidden on the repo do not stay public on clients.
 *
 * Three edits by one user in a row are one recent change; one of them has a secret in its summary.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RecentChangeRedactor
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Redaction\BufferRedactor
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RevisionNotifier
 */
class HiddenRevisionsTest extends FarmTestCase {

	private const SECRET = 'Bob lives in 5 Elm Street';
	private const ENTITY_PAGE = 42;
	private const TEXT = 1;
	private const SUMMARY = 2;
	private const USER = 4;
	private const SETTINGS = [ 'repoDatabase' => Farm::REPO ];
	private const EVERYTHING = self::TEXT | self::SUMMARY | self::USER;

	protected function setUp(): void {
		parent::setUp();
		$this->farm->setSettings( self::SETTINGS );
		foreach ( Farm::WIKIS as $wiki ) {
			$this->farm->database( $wiki )->exec( 'DELETE FROM comment WHERE comment_text <> \'\'' );
		}
		$repo = $this->farm->database( Farm::REPO );
		$repo->exec( 'DELETE FROM revision WHERE rev_page = ' . self::ENTITY_PAGE );
		$repo->exec( 'DELETE FROM archive' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'X' ] ] );
		$this->subscribe( 'Q1', 'enwiki' );
	}

	/** @dataProvider placesAndFormats */
	public function test_what_is_hidden_after_dispatching_is_taken_back( int $secret, string $format ): void {
		$this->farm->setSettings( [ 'notificationFormat' => $format ] + self::SETTINGS );
		$this->editThrice( $secret );
		$this->dispatchAll();
		$this->assertStringContainsString( self::SECRET, $this->readable( self::SUMMARY ) );
		$this->hide( $secret, self::EVERYTHING );
		$this->runJobs( 'enwiki' );
		$this->assertNothingIsReadable( $secret );
	}

	/** @dataProvider placesAndFormats */
	public function test_what_is_hidden_before_dispatching_is_not_told( int $secret, string $format ): void {
		$this->farm->setSettings( [ 'notificationFormat' => $format ] + self::SETTINGS );
		$this->editThrice( $secret );
		$this->hide( $secret, self::EVERYTHING );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertStringNotContainsString( self::SECRET, $this->notifications() );
		$this->runJobs( 'enwiki' );
		$this->assertNothingIsReadable( $secret );
		foreach ( Farm::WIKIS as $wiki ) {
			$this->assertStringNotContainsString( self::SECRET, $this->comments( $wiki ) );
		}
	}

	/** @dataProvider placesAndFormats */
	public function test_what_is_hidden_while_notifications_wait_is_not_told( int $secret, string $format ): void {
		$this->farm->setSettings( [ 'notificationFormat' => $format ] + self::SETTINGS );
		$this->editThrice( $secret );
		$this->announce();
		$this->runJobs( Farm::REPO );
		// The job that says so comes first, and finds nothing.
		$this->hide( $secret, self::EVERYTHING );
		$this->runJobs( 'enwiki', '--type', 'ChangeVisibilityNotification' );
		$this->runJobs( 'enwiki' );
		$this->assertNothingIsReadable( $secret );
	}

	public static function placesAndFormats(): iterable {
		foreach ( [ 'first' => 9, 'middle' => 10, 'last' => 11 ] as $place => $revision ) {
			foreach ( [ 'native', 'entity-change', 'change-ids' ] as $format ) {
				yield "$place, $format" => [ $revision, $format ];
			}
		}
	}

	/** @dataProvider formats */
	public function test_a_run_goes_on_where_its_user_is_hidden_and_over_nobody_else( string $format ): void {
		$this->farm->setSettings( [ 'notificationFormat' => $format ] + self::SETTINGS );
		$this->editThrice( 0 );
		$this->edit( 12, 'next', 'Bob' );
		$this->edit( 13, 'last', '192.0.2.44' );
		foreach ( [ 10, 12, 13 ] as $revision ) {
			$this->hide( $revision, self::USER );
		}
		$this->announce();
		$this->runJobs( Farm::REPO );
		if ( $format === 'entity-change' ) {
			// Where Wikibase's own client may be told.
			$sent = implode( "\n", array_map( 'json_encode', $this->jobs( 'enwiki', 'EntityChangeNotification' ) ) );
			$this->assertStringContainsString( 'Unknown user', $sent );
			$this->assertDoesNotMatchRegularExpression( '/Alice|Bob|192\.0\.2\.44/', $sent );
		}
		$this->runJobs( 'enwiki' );
		$rows = $this->recentChanges( 'enwiki' );
		$this->assertSame(
			[ 'edit 9; edit 10; edit 11', 'next', 'last' ], array_column( $rows, 'comment_text' )
		);
		$this->assertEquals( [ self::USER, self::USER, self::USER ], array_column( $rows, 'rc_deleted' ) );
		foreach ( $rows as $row ) {
			$this->assertSame( '', unserialize( $row['rc_params'] )['wikibase-repo-change']['user_text'] );
		}
	}

	public static function formats(): iterable {
		yield 'native' => [ 'native' ];
		yield 'entity-change' => [ 'entity-change' ];
		yield 'change-ids' => [ 'change-ids' ];
	}

	public function test_the_other_summaries_of_a_run_are_told(): void {
		$this->editThrice( 10 );
		$this->hide( 10, self::SUMMARY );
		$this->runJobs( 'enwiki' );
		$this->dispatchAll();
		[ $row ] = $this->recentChanges( 'enwiki' );
		$this->assertSame( [ 'edit 9; edit 11', '0' ], [ $row['comment_text'], (string)$row['rc_deleted'] ] );
	}

	public function test_a_hidden_summary_leaves_the_user_shown_and_a_hidden_user_the_summary(): void {
		$this->editThrice( 10 );
		$this->dispatchAll();
		$this->hide( 11, self::USER );
		$this->runJobs( 'enwiki' );
		[ $row ] = $this->recentChanges( 'enwiki' );
		$this->assertEquals( self::USER, $row['rc_deleted'] );
		$this->assertStringContainsString( 'edit 9', $row['comment_text'] );
		$this->hide( 10, self::SUMMARY );
		$this->runJobs( 'enwiki' );
		[ $row ] = $this->recentChanges( 'enwiki' );
		$this->assertEquals( [ '', self::USER | self::SUMMARY ], [ $row['comment_text'], $row['rc_deleted'] ] );
	}

	public function test_the_row_of_a_single_change_can_be_shown_again_and_that_of_a_run_cannot(): void {
		$this->editThrice( 10 );
		$this->edit( 12, 'alone', 'Bob' );
		$this->dispatchAll();
		foreach ( [ 10, 12 ] as $revision ) {
			foreach ( [ self::SUMMARY, 0 ] as $bits ) {
				$this->hide( $revision, $bits );
				$this->runJobs( 'enwiki' );
			}
		}
		[ $run, $single ] = $this->recentChanges( 'enwiki' );
		$this->assertSame( [ '', 'alone' ], [ $run['comment_text'], $single['comment_text'] ] );
		$this->assertEquals( [ self::SUMMARY, 0 ], [ $run['rc_deleted'], $single['rc_deleted'] ] );
	}

	/** @dataProvider whetherBefore */
	public function test_a_run_links_to_its_last_revision_and_says_whether_its_content_is_hidden( bool $before ): void {
		foreach ( [ [ 10, 0 ], [ 11, self::TEXT ] ] as [ $revision, $content ] ) {
			$this->editThrice( 0 );
			if ( !$before ) {
				$this->dispatchAll();
			}
			$this->hide( $revision, self::TEXT | self::SUMMARY );
			$this->runJobs( 'enwiki' );
			$this->dispatchAll();
			[ $row ] = $this->recentChanges( 'enwiki' );
			$this->assertSame( $content, (int)$row['rc_deleted'] & self::TEXT, "revision $revision" );
			$this->hide( $revision, 0 );
			$this->runJobs( 'enwiki' );
			[ $row ] = $this->recentChanges( 'enwiki' );
			$this->assertSame( 0, (int)$row['rc_deleted'] & self::TEXT, "revision $revision, shown again" );
			$this->setUp();
		}
	}

	public static function whetherBefore(): iterable {
		yield 'hidden before' => [ true ];
		yield 'hidden afterwards' => [ false ];
	}

	public function test_rows_that_do_not_tell_of_it_are_left_alone(): void {
		$this->edit( 8, 'before', 'Bob' );
		$this->editThrice( 10 );
		$this->edit( 12, 'after', 'Bob' );
		$this->dispatchAll();
		$this->hide( 10, self::EVERYTHING );
		$this->runJobs( 'enwiki' );
		$rows = $this->recentChanges( 'enwiki' );
		$this->assertSame( [ 'before', '', 'after' ], array_column( $rows, 'comment_text' ) );
		$this->assertEquals( [ 0, 0 ], [ $rows[0]['rc_deleted'], $rows[2]['rc_deleted'] ] );
	}

	public function test_each_row_of_a_run_of_which_a_revision_was_deleted_goes(): void {
		$this->editThrice( 10 );
		$this->dispatchAll();
		$this->archive();
		$this->runJobs( 'enwiki' );
		$this->assertSame( [], $this->recentChanges( 'enwiki' ) );
	}

	public function test_what_was_deleted_before_dispatching_is_not_told_and_updates_pages_all_the_same(): void {
		$this->editThrice( 10 );
		$this->archive();
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertStringNotContainsString( self::SECRET, $this->notifications() );
		$this->runJobs( 'enwiki', '--type', 'DispatchNotification' );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'refreshLinks' ) );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [], $this->recentChanges( 'enwiki' ) );
	}

	public function test_what_was_deleted_and_restored_before_dispatching_is_told_with_its_user(): void {
		$this->editThrice( 10 );
		$this->archive();
		$repo = $this->farm->database( Farm::REPO );
		$repo->exec(
			'INSERT INTO revision (rev_id, rev_page, rev_timestamp, rev_parent_id, rev_comment_id, rev_actor)' .
			' SELECT ar_rev_id, ar_page_id, ar_timestamp, ar_rev_id - 1, 1, 1 FROM archive'
		);
		$repo->exec( 'DELETE FROM archive' );
		// Types of jobs are run in any order, and this one takes away what was told before it, as Wikibase's does.
		$this->runJobs( 'enwiki', '--type', 'ChangeDeletionNotification' );
		$this->dispatchAll();
		[ $row ] = $this->recentChanges( 'enwiki' );
		$this->assertEquals( 0, $row['rc_deleted'] );
		$change = unserialize( $row['rc_params'] )['wikibase-repo-change'];
		$this->assertSame( [ 'Alice', 0 ], [ $change['user_text'], $change['central_user_id'] ] );
	}

	/** As Wikibase's repo writes them. */
	public function test_wikibases_own_jobs_are_understood(): void {
		$this->editThrice( 10 );
		$this->dispatchAll();
		$this->queueJob( 'enwiki', 'ChangeVisibilityNotification', [
			'revisionIdentifiersJson' => '[{"arrayFormatVersion":1,"entityIdSerialization":"Q1",' .
				'"revisionTimestamp":"20260131120010","revisionId":10}]',
			'visibilityBitFlag' => self::EVERYTHING,
		] );
		$this->runJobs( 'enwiki' );
		$this->assertNothingIsReadable( 10 );
	}

	public function test_g9_a_client_that_cannot_be_told_does_not_keep_the_others_from_it(): void {
		$this->edit( 10, self::SECRET, 'Alice' );
		$services = MediaWikiServices::getInstance();
		$clients = [ 'aawiki' => 'nowhere' ] + array_combine( Farm::WIKIS, Farm::WIKIS );
		$notifier = new RevisionNotifier(
			$services->getDBLoadBalancerFactory(),
			WikibaseDispatchServices::jobQueues( $services ),
			$this->settings( [ 'localClientDatabases' => $clients ] ),
			[]
		);
		try {
			$notifier->hidden( 'Q1', [ 10 => self::EVERYTHING ] );
			$this->fail( 'nobody says that one was not told' );
		} catch ( UnrecognisedDomainException $e ) {
			$this->assertStringContainsString( 'nowhere', $e->getMessage() );
		}
		foreach ( Farm::WIKIS as $wiki ) {
			$this->assertCount( 1, $this->jobs( $wiki, 'ChangeVisibilityNotification' ), $wiki );
		}
	}

	public function test_where_the_repo_cannot_be_asked_runs_have_no_summary(): void {
		$this->editThrice( 10 );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->farm->setSettings( [ 'repoDatabase' => 'elsewhere' ] );
		$this->runJobs( 'enwiki' );
		[ $row ] = $this->recentChanges( 'enwiki' );
		$this->assertSame( '', $row['comment_text'] );
		$this->assertStringContainsString( 'cannot ask repowiki which revisions are hidden', $this->farm->log() );
	}

	public function test_where_the_repo_cannot_be_asked_changes_say_that_their_user_is_hidden(): void {
		$this->editThrice( 10 );
		$this->edit( 12, 'next', 'Bob' );
		$this->edit( 13, 'last', 'Carol' );
		$this->hide( 10, self::USER );
		$this->hide( 12, self::USER );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->farm->setSettings( [ 'repoDatabase' => 'elsewhere' ] );
		$this->runJobs( 'enwiki' );
		$rows = $this->recentChanges( 'enwiki' );
		$this->assertEquals( [ self::USER, self::USER, 0 ], array_column( $rows, 'rc_deleted' ) );
		$names = array_map(
			static fn ( array $row ) => unserialize( $row['rc_params'] )['wikibase-repo-change']['user_text'], $rows
		);
		$this->assertSame( [ '', '', 'Carol' ], $names );
	}

	/** @dataProvider unknownRepos */
	public function test_hidden_rows_are_found_where_the_repo_cannot_be_asked( array $settings ): void {
		$this->editThrice( 10 );
		$this->dispatchAll();
		$this->farm->setSettings( $settings );
		$this->hide( 10, self::EVERYTHING );
		$this->runJobs( 'enwiki' );
		$this->assertNothingIsReadable( 10 );
	}

	public static function unknownRepos(): iterable {
		yield 'nobody said which it is' => [ [] ];
		yield 'it is on no server of the farm' => [ [ 'repoDatabase' => 'elsewhere' ] ];
	}

	private function editThrice( int $secret ): void {
		foreach ( [ 9, 10, 11 ] as $revision ) {
			$this->edit( $revision, $revision === $secret ? self::SECRET : "edit $revision", 'Alice' );
		}
	}

	private function edit( int $revision, string $summary, string $user ): void {
		$repo = $this->farm->database( Farm::REPO );
		$repo->prepare(
			'INSERT INTO revision (rev_id, rev_page, rev_timestamp, rev_parent_id, rev_comment_id, rev_actor)' .
			' VALUES (?, ?, ?, ?, 1, 1)'
		)->execute( [ $revision, self::ENTITY_PAGE, self::time( $revision ), $revision - 1 ] );
		$id = $this->writeChange( 'Q1', [ 'labelChanges' => [ 'en' ] ], [
			'comment' => $summary, 'user_text' => $user, 'rev_id' => $revision, 'parent_id' => $revision - 1,
		] );
		$repo->prepare( 'UPDATE wb_changes SET change_revision_id = ?, change_time = ? WHERE change_id = ?' )
			->execute( [ $revision, self::time( $revision ), $id ] );
	}

	private static function time( int $revision ): string {
		return sprintf( '202601311200%02d', $revision );
	}

	/** As MediaWiki on the repo does it. */
	private function hide( int $revision, int $bits ): void {
		$this->farm->database( Farm::REPO )->exec( "UPDATE revision SET rev_deleted = $bits WHERE rev_id = $revision" );
		$services = MediaWikiServices::getInstance();
		$services->getHookContainer()->run( 'ArticleRevisionVisibilitySet', [
			$services->getTitleFactory()->makeTitle( 120, 'Q1' ),
			[ $revision ],
			[ $revision => [ 'newBits' => $bits, 'oldBits' => 0 ] ],
		] );
	}

	private function archive(): void {
		$repo = $this->farm->database( Farm::REPO );
		$actor = $repo->query( 'SELECT MIN(actor_id) FROM actor' )->fetchColumn();
		$comment = $repo->query( 'SELECT MIN(comment_id) FROM comment' )->fetchColumn();
		foreach ( [ 9, 10, 11 ] as $revision ) {
			$repo->prepare(
				'INSERT INTO archive (ar_namespace, ar_title, ar_comment_id, ar_actor, ar_timestamp, ar_rev_id,' .
				" ar_page_id) VALUES (120, 'Q1', ?, ?, ?, ?, ?)"
			)->execute( [ (int)$comment, (int)$actor, self::time( $revision ), $revision, self::ENTITY_PAGE ] );
		}
		$repo->exec( 'DELETE FROM revision WHERE rev_page = ' . self::ENTITY_PAGE );
		$page = PageIdentityValue::localIdentity( self::ENTITY_PAGE, 120, 'Q1' );
		MediaWikiServices::getInstance()->getHookContainer()->run( 'PageDeleteComplete', [
			$page, $this->createMock( Authority::class ), '', self::ENTITY_PAGE,
			$this->createMock( RevisionRecord::class ), new ManualLogEntry( 'delete', 'delete' ), 3,
		] );
	}

	private function assertNothingIsReadable( int $secret ): void {
		$rows = $this->recentChanges( 'enwiki' );
		$this->assertNotSame( [], $rows );
		$this->assertStringNotContainsString( self::SECRET, $this->readable( self::SUMMARY ) );
		foreach ( $rows as $row ) {
			$change = unserialize( $row['rc_params'] )['wikibase-repo-change'];
			if ( $change['parent_id'] < $secret && $secret <= $change['rev_id'] ) {
				$this->assertSame( self::USER, (int)$row['rc_deleted'] & self::USER );
			}
		}
	}

	/** What somebody without rights can read in recent changes. */
	private function readable( int $what ): string {
		$rows = array_filter(
			$this->recentChanges( 'enwiki' ),
			static fn ( array $row ) => ( (int)$row['rc_deleted'] & $what ) === 0
		);
		return implode( "\n", array_column( $rows, 'comment_text' ) );
	}

	/** What was sent to the client, and what it finds in the change buffer by what it was sent. */
	private function notifications(): string {
		$db = $this->farm->database( 'enwiki' );
		return implode( "\n", [
			...$db->query( "SELECT job_params FROM job WHERE job_cmd LIKE '%Notification'" )
				->fetchAll( \PDO::FETCH_COLUMN ),
			...$this->farm->database( Farm::REPO )->query( 'SELECT change_info FROM wb_changes' )
				->fetchAll( \PDO::FETCH_COLUMN ),
		] );
	}

	private function comments( string $wiki ): string {
		return implode( "\n", $this->farm->database( $wiki )->query( 'SELECT comment_text FROM comment' )
			->fetchAll( \PDO::FETCH_COLUMN ) );
	}
}
