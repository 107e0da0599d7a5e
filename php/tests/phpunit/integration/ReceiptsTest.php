<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * A client says what it has handled, and what its queue loses is sent again (G16).
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Receipt\Receipts
 */
class ReceiptsTest extends FarmTestCase {

	private const SHOW_STATUS = __DIR__ . '/../../../maintenance/ShowStatus.php';
	private const EXPLAIN = __DIR__ . '/../../../maintenance/ExplainDispatch.php';

	private int $lastRevision = 100;

	protected function setUp(): void {
		parent::setUp();
		$this->farm->setSettings( [ 'acknowledgeWithin' => 600 ] );
		$this->farm->databases->mark( Farm::REPO, [ 'enwiki' ], 'native,native-2,receipts' );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
	}

	public function test_what_was_handled_is_reported_and_forgotten(): void {
		foreach ( [ 1, 2, 3 ] as $round ) {
			$change = $this->edit();
			$this->dispatch();
			$this->assertSame( 'unhandled', $this->client()['condition'] );
			$this->runJobs( 'enwiki' );
			$client = $this->client();
			$this->assertSame( 'up-to-date', $client['condition'], "round $round" );
			$this->assertSame( [ $change, [] ], [ $client['receipts']['handled'], $client['receipts']['unhandled'] ] );
			$this->assertCount( 1, $this->receipts(), 'what touches is joined' );
		}
		$this->assertSame( [], $this->jobs( 'enwiki', 'wikibase-dispatch-recent-changes' ) );
		$this->assertStringNotContainsString( 'receipts-', $this->farm->log() );
	}

	public function test_g16_what_the_queue_loses_is_sent_again_and_recent_changes_are_written_once(): void {
		$lost = $this->edit();
		$this->dispatch();
		$this->farm->database( 'enwiki' )->exec( 'DELETE FROM job' );
		$this->dispatch();
		$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ), 'it has time yet' );
		$this->letTimePass( 700 );
		$this->dispatch();
		$this->runJobs( 'enwiki' );
		$this->assertCount( 1, $this->recentChanges( 'enwiki' ) );
		$this->assertSame( 'up-to-date', $this->client()['condition'] );
		$this->assertStringContainsString( "enwiki has not confirmed 1 changes ($lost to $lost)", $this->farm->log() );

		// Whoever handles the first after all changes nothing.
		$this->letTimePass( 700 );
		$this->farm->database( Farm::REPO )->exec( "UPDATE wb_changes_receipt SET crc_receipts = 'wd1h'" );
		$this->farm->database( 'enwiki' )->exec( 'DELETE FROM wbc_dispatch_handled' );
		$this->dispatch();
		$this->runJobs( 'enwiki' );
		$this->assertCount( 1, $this->recentChanges( 'enwiki' ), 'it was handled twice, and told once' );
	}

	public function test_who_asks_hears_what_is_not_handled(): void {
		$change = $this->edit();
		$this->dispatch();
		$text = $this->farm->maintenance( Farm::REPO, self::EXPLAIN, 'enwiki' )->output;
		$this->assertStringContainsString( "Not handled: change $change (sent ", $text );
		$text = $this->farm->maintenance( Farm::REPO, self::EXPLAIN, '--change', (string)$change )->output;
		$this->assertStringContainsString( 'not handled yet', $text );
		$this->letTimePass( 700 );
		$this->dispatch();
		$status = $this->farm->maintenance( Farm::REPO, self::SHOW_STATUS );
		$this->assertSame( 2, $status->status, 'it was sent again, and nobody is heard of' );
		$this->assertStringContainsString( 'enwiki has not handled the changes in its job queue', $status->output );
		$this->runJobs( 'enwiki' );
		$text = $this->farm->maintenance( Farm::REPO, self::EXPLAIN, '--change', (string)$change )->output;
		$this->assertStringContainsString( 'handled, as reported at ', $text );
		$this->assertSame( 0, $this->farm->maintenance( Farm::REPO, self::SHOW_STATUS )->status );
	}

	public function test_a_repo_that_cannot_be_written_to_keeps_nothing_from_being_handled(): void {
		$this->edit();
		$this->dispatch();
		$this->farm->without( Farm::REPO, 'wb_changes_receipt', function (): void {
			$this->runJobs( 'enwiki' );
			$this->assertCount( 1, $this->recentChanges( 'enwiki' ) );
			$this->assertStringContainsString( 'cannot keep or report what enwiki has handled', $this->farm->log() );
		} );
		$this->assertCount( 1, $this->receipts(), 'it is told later' );
		$this->edit();
		$this->dispatch();
		$this->farm->database( 'enwiki' )->exec( 'DELETE FROM objectcache' );
		$this->runJobs( 'enwiki' );
		$this->assertSame( 'up-to-date', $this->client()['condition'] );
	}

	public function test_a_client_that_was_restored_from_a_backup_gets_the_rest_again(): void {
		$this->edit();
		$this->dispatch();
		$this->runJobs( 'enwiki' );
		$backup = $this->receipts();
		$this->edit();
		$this->dispatch();
		$this->runJobs( 'enwiki' );
		$this->assertCount( 2, $this->recentChanges( 'enwiki' ) );

		$db = $this->farm->database( 'enwiki' );
		$last = $db->query( 'SELECT MAX( rc_id ) FROM recentchanges' )->fetchColumn();
		$db->exec( "DELETE FROM recentchanges WHERE rc_id = $last" );
		$db->exec( 'DELETE FROM wbc_dispatch_handled' );
		foreach ( $backup as $row ) {
			$db->exec( 'INSERT INTO wbc_dispatch_handled VALUES ( ' . implode( ', ', $row ) . ' )' );
		}
		$this->edit();
		foreach ( [ 1, 2 ] as $round ) {
			$this->dispatch();
			$this->runJobs( 'enwiki' );
		}
		$this->assertCount( 3, $this->recentChanges( 'enwiki' ) );
		$this->assertSame( 'up-to-date', $this->client()['condition'] );
	}

	public function test_a_client_whose_notifications_fail_says_by_which_error_until_they_are_handled(): void {
		$this->edit();
		$this->dispatch();
		$this->farm->without( 'enwiki', 'wbc_entity_usage', function (): void {
			$this->runJobs( 'enwiki' );
		} );
		$this->assertSame( [], $this->recentChanges( 'enwiki' ) );
		$failure = (string)$this->client()['receipts']['failure'];
		$this->assertStringContainsString( 'UsageTableMissingException', $failure );
		$text = $this->farm->maintenance( Farm::REPO, self::EXPLAIN, 'enwiki' )->output;
		$this->assertStringContainsString( "A notification failed there with $failure; the log of", $text );
		$this->farm->database( 'enwiki' )->exec( 'DELETE FROM job' );
		$this->letTimePass( 700 );
		$this->dispatch();
		$this->runJobs( 'enwiki' );
		$this->assertCount( 1, $this->recentChanges( 'enwiki' ) );
		$this->assertNull( $this->client()['receipts']['failure'] );
	}

	/** Each edit is another revision: two of one are one recent change. */
	private function edit(): int {
		return $this->writeChange( 'Q1', metadata: [
			'parent_id' => $this->lastRevision, 'rev_id' => ++$this->lastRevision,
		] );
	}

	/** Runs the repo's jobs, and nobody else's. */
	private function dispatch(): void {
		$this->announce();
		$this->runJobs( Farm::REPO );
	}

	/** A row of the status. */
	private function client(): array {
		$status = $this->farm->maintenance( Farm::REPO, self::SHOW_STATUS, '--json' );
		$document = json_decode( $status->output, true, 32, JSON_THROW_ON_ERROR );
		return array_column( $document['clients'], null, 'siteid' )['enwiki'];
	}

	/**
	 * @return list<list<int>>
	 */
	private function receipts(): array {
		$rows = $this->farm->database( 'enwiki' )
			->query( 'SELECT wdh_stream, wdh_after, wdh_upto FROM wbc_dispatch_handled' )->fetchAll( \PDO::FETCH_NUM );
		return array_map( static fn ( array $row ) => array_map( 'intval', $row ), $rows );
	}

	/** As if what is noted had happened so many seconds earlier. */
	private function letTimePass( int $seconds ): void {
		$db = $this->farm->database( Farm::REPO );
		$text = $db->query( "SELECT csn_passes FROM wb_changes_sent WHERE csn_site = 'enwiki'" )->fetchColumn();
		$parts = explode( ';', $text );
		[ $form, $stream, $upto, $proved ] = explode( ':', $parts[0] );
		$parts[0] = "$form:$stream:$upto:" . dechex( max( 0, hexdec( $proved ) - $seconds ) );
		foreach ( array_slice( $parts, 1, null, true ) as $at => $part ) {
			$fields = explode( '.', $part );
			foreach ( [ 3, 4 ] as $field ) {
				$fields[$field] = dechex( hexdec( $fields[$field] ) - $seconds );
			}
			$parts[$at] = implode( '.', $fields );
		}
		$db->prepare( 'UPDATE wb_changes_sent SET csn_passes = ?' )->execute( [ implode( ';', $parts ) ] );
		// What was reported then, was before it.
		$heard = gmdate( 'YmdHis', time() - $seconds - 60 );
		$db->exec( "UPDATE wb_changes_receipt SET crc_time = '$heard'" );
	}
}
