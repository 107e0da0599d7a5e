<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * A client is told in our own format only when its extension has said that it takes it; until then in Wikibase's.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Mark\OwnMark
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Mark\MarkTable
 */
class ClientMarkTest extends FarmTestCase {

	private const OURS = 'DispatchNotification';
	private const WIKIBASES = 'EntityChangeNotification';
	private const SHOW_STATUS = __DIR__ . '/../../../maintenance/ShowStatus.php';

	private int $lastRevision = 100;

	protected function setUp(): void {
		parent::setUp();
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
		$this->farm->database( Farm::REPO )->exec( 'DELETE FROM wb_changes_client' );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
	}

	public function test_g1_a_client_that_does_not_load_the_extension_gets_jobs_that_wikibase_can_run(): void {
		$this->farm->loadExtensionOn( [ Farm::REPO ] );
		$change = $this->dispatchChange();
		$this->assertSame( [ 0, 1 ], $this->queued() );
		[ $job ] = $this->jobs( 'enwiki', self::WIKIBASES );
		$this->assertSame( [ 'Q1' ], array_column( $job['changes'], 'object_id' ) );
		$this->assertSame( $change, $this->seen( 'enwiki' ) );
		$this->runJobs( 'enwiki' );
		$this->assertNull( $this->marked(), 'nobody there has said anything' );
	}

	public function test_a_client_that_begins_to_load_the_extension_says_so_by_a_notification_it_handles(): void {
		$this->farm->loadExtensionOn( [ Farm::REPO ] );
		$this->dispatchChange();
		$this->farm->loadExtensionOn( null );
		$this->runJobs( 'enwiki' );
		$this->assertCount( 1, $this->recentChanges( 'enwiki' ), 'what was told before is handled, too' );
		$this->assertSame( 'native,entity-change,change-ids,native-2,receipts', $this->marked()['cc_formats'] );

		$this->dispatchChange();
		$this->assertSame( [ 1, 0 ], $this->queued() );
		$this->runJobs( 'enwiki' );
		$this->assertCount( 2, $this->recentChanges( 'enwiki' ) );
	}

	public function test_the_repo_as_its_own_client_says_so_in_its_own_database(): void {
		$this->subscribe( 'Q1', Farm::REPO );
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertNotNull( $this->marked( Farm::REPO ) );
	}

	public function test_update_php_of_a_client_tells_the_repo(): void {
		$result = $this->farm->maintenance( 'enwiki', 'update', '--quick', '--skip-external-dependencies' );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertStringContainsString(
			'the repo knows that this client takes notifications as native, entity-change, change-ids', $result->output
		);
		$this->assertNotNull( $this->marked() );
		$this->dispatchChange();
		$this->assertSame( [ 1, 0 ], $this->queued() );
	}

	public function test_g1_a_host_without_the_module_does_not_say_what_the_runners_of_others_take(): void {
		$result = $this->farm->maintenanceWithoutModule(
			'enwiki', 'update', '--quick', '--skip-external-dependencies'
		);
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertStringNotContainsString( 'the repo knows that this client', $result->output );
		$this->assertNull( $this->marked() );
		$this->dispatchChange();
		$this->assertSame( [ 0, 1 ], $this->queued(), 'what Wikibase can run there' );
	}

	public function test_a_parse_of_a_page_tells_the_repo_whoever_handles_notifications(): void {
		$this->edit( 'enwiki' );
		$this->assertNotNull( $this->marked() );
	}

	public function test_an_old_mark_counts_no_more_and_is_renewed_by_what_happens_on_the_client(): void {
		$this->farm->databases->mark( Farm::REPO, [ 'enwiki' ], secondsAgo: 4 * 86400 );
		$this->dispatchChange();
		$this->assertSame( [ 0, 1 ], $this->queued() );
		$this->runJobs( 'enwiki' );
		$this->dispatchChange();
		$this->assertSame( [ 1, 0 ], $this->queued() );
	}

	public function test_a_mark_that_says_the_same_is_rewritten_once_a_day(): void {
		$formats = 'native,entity-change,change-ids,native-2,receipts';
		foreach ( [ 3600 => true, 2 * 86400 => false ] as $secondsAgo => $stays ) {
			$this->farm->databases->mark( Farm::REPO, [ 'enwiki' ], $formats, $secondsAgo );
			$before = $this->marked()['cc_time'];
			$this->farm->database( 'enwiki' )->exec( 'DELETE FROM objectcache' );
			$this->dispatchChange();
			$this->runJobs( 'enwiki' );
			$this->assertSame( $stays, $before === $this->marked()['cc_time'], "after $secondsAgo s" );
		}
	}

	public function test_where_the_repo_has_no_table_for_marks_edits_and_jobs_go_on(): void {
		$this->farm->without( Farm::REPO, 'wb_changes_client', function (): void {
			$this->dispatchChange();
			$this->assertSame( [ 0, 1 ], $this->queued() );
			$this->runJobs( 'enwiki' );
			$this->edit( 'enwiki' );
			$this->assertCount( 1, $this->recentChanges( 'enwiki' ) );
			$status = $this->farm->maintenance( Farm::REPO, self::SHOW_STATUS );
			$this->assertSame( 0, $status->status, $status->output );
			$this->assertStringContainsString( 'in the format entity-change instead of native: ', $status->output );
			$this->assertStringNotContainsString( 'mark-not-kept', $this->farm->log() );
			$this->assertStringNotContainsString( 'cannot tell the repo', $this->farm->log() );
		} );
	}

	public function test_a_client_that_cannot_write_to_the_repo_handles_its_notifications_and_logs_why(): void {
		$this->dispatchChange();
		$this->farm->setSettings( [ 'repoDatabase' => 'nowiki' ] );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 0, 0 ], $this->queued() );
		$this->assertNull( $this->marked() );
		$line = 'cannot tell the repo which notifications enwiki takes';
		$this->assertSame( 1, substr_count( $this->farm->log(), $line ) );
	}

	public function test_the_status_says_in_which_format_a_client_is_told_why_and_what_to_do(): void {
		$this->dispatchChange();
		$status = $this->farm->maintenance( Farm::REPO, self::SHOW_STATUS )->output;
		$this->assertMatchesRegularExpression( '/^enwiki .* entity-change /m', $status );
		$this->assertStringContainsString(
			'in the format entity-change instead of native: dewiki, enwiki, repowiki. WikibaseDispatch has never',
			$status
		);
		$this->assertStringContainsString( 'run maintenance/update.php first on this wiki and then there', $status );

		$this->farm->databases->mark( Farm::REPO, Farm::WIKIS );
		$status = $this->farm->maintenance( Farm::REPO, self::SHOW_STATUS )->output;
		$this->assertMatchesRegularExpression( '/^enwiki .* native /m', $status );
		$this->assertStringNotContainsString( 'instead of native', $status );
	}

	/** Writes a change, and runs the repo's jobs; returns its id. */
	private function dispatchChange(): int {
		$change = $this->writeChange( 'Q1', metadata: [ 'rev_id' => ++$this->lastRevision ] );
		$this->announce();
		$this->runJobs( Farm::REPO );
		return $change;
	}

	/**
	 * @return array{int,int} jobs of our format, and of Wikibase's, in the client's queue
	 */
	private function queued(): array {
		return [ count( $this->jobs( 'enwiki', self::OURS ) ), count( $this->jobs( 'enwiki', self::WIKIBASES ) ) ];
	}

	private function edit( string $wiki ): void {
		$file = tempnam( sys_get_temp_dir(), 'wbd' );
		file_put_contents( $file, 'some text ' . microtime() );
		$result = $this->farm->maintenanceReading( $file, $wiki, 'edit', 'Main Page' );
		unlink( $file );
		$this->assertSame( 0, $result->status, $result->output );
	}

	/**
	 * @return array<string,string>|null what a client says about itself
	 */
	private function marked( string $client = 'enwiki' ): ?array {
		$select = $this->farm->database( Farm::REPO )->prepare( 'SELECT * FROM wb_changes_client WHERE cc_site = ?' );
		$select->execute( [ $client ] );
		return $select->fetch() ?: null;
	}
}
