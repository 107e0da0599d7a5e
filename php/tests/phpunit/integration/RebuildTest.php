<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * Subscriptions that are wrong, whatever has happened to them, made right again by a job or by hand.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionRebuild
 */
class RebuildTest extends FarmTestCase {

	private const SCRIPT = __DIR__ . '/../../../maintenance/RebuildSubscriptions.php';

	protected function setUp(): void {
		parent::setUp();
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
	}

	public function test_what_pages_use_and_what_is_linked_is_subscribed_to_and_nothing_else(): void {
		$this->damage();
		$this->rebuild( 'enwiki' );
		$this->assertSame( [ 'P1', 'Q1', 'Q2', 'Q3' ], $this->subscriptions( 'enwiki' ) );
		$this->assertSame( [ 'Q1', 'Q9' ], $this->subscriptions( 'dewiki' ) );
	}

	public function test_a_job_does_it_too_and_the_repo_shows_how_far_it_is(): void {
		$this->damage();
		$result = $this->rebuild( 'enwiki', '--job' );
		$this->assertStringContainsString( 'A job rebuilds', $result->output );
		$this->assertSame( [ 'Q1', 'Q9' ], $this->subscriptions( 'enwiki' ) );
		$this->assertSame( 'used', $this->progress( 'enwiki' )['crb_phase'] );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'P1', 'Q1', 'Q2', 'Q3' ], $this->subscriptions( 'enwiki' ) );
		[ 'crb_phase' => $phase, 'crb_added' => $added, 'crb_removed' => $removed ] = $this->progress( 'enwiki' );
		$this->assertEquals( [ 'done', 3, 1 ], [ $phase, $added, $removed ] );
		$this->assertStringContainsString( 'rebuilding the subscriptions of enwiki: done', $this->farm->log() );
		$this->assertStringContainsString(
			'subscribed to 3, unsubscribed from 1', $this->rebuild( 'enwiki', '--show' )->output
		);
	}

	public function test_a_wiki_that_does_not_know_its_repo_is_refused_with_a_sentence(): void {
		$this->farm->setSettings( [ 'repoDatabase' => null ] );
		foreach ( [ [], [ '--show' ], [ '--job' ] ] as $arguments ) {
			$result = $this->farm->maintenance( 'enwiki', self::SCRIPT, ...$arguments );
			$this->assertSame( 1, $result->status, $result->output );
			$this->assertStringContainsString(
				"Cannot find the repo of this wiki. Set \$wgWikibaseDispatchSettings['repoDatabase']", $result->output
			);
			$this->assertDoesNotMatchRegularExpression( '/#0 |Exception/', $result->output );
		}
	}

	public function test_a_second_rebuild_changes_nothing(): void {
		$this->damage();
		$this->rebuild( 'enwiki' );
		$rows = $this->rows();
		$this->rebuild( 'enwiki' );
		$this->assertSame( $rows, $this->rows() );
		$this->assertEquals( 0, $this->progress( 'enwiki' )['crb_added'] );
	}

	public function test_a_rebuild_that_was_interrupted_is_gone_on_with(): void {
		$this->damage();
		$this->rebuild( 'enwiki', '--job' );
		$db = $this->farm->database( Farm::REPO );
		$db->exec( "UPDATE wb_changes_rebuild SET crb_phase = 'linked', crb_after = 'Berlin', crb_added = 7" );
		$db->exec( "DELETE FROM wb_changes_subscription WHERE cs_entity_id = 'Q9'" );
		$this->rebuild( 'enwiki' );
		// What lies before is not looked at again: no page's entities, and not the link of Berlin.
		$this->assertSame( [ 'Q1', 'Q3' ], $this->subscriptions( 'enwiki' ) );
		$this->assertEquals( 8, $this->progress( 'enwiki' )['crb_added'] );
	}

	public function test_who_has_not_said_where_the_repo_is_hears_what_to_say(): void {
		$this->farm->setSettings( [ 'repoDatabase' => null ] );
		$result = $this->farm->maintenance( 'enwiki', self::SCRIPT );
		$this->assertNotSame( 0, $result->status );
		$this->assertStringContainsString( "\$wgWikibaseDispatchSettings['repoDatabase']", $result->output );
	}

	public function test_who_has_not_made_the_repos_new_table_hears_how_to(): void {
		$result = $this->farm->without(
			Farm::REPO, 'wb_changes_rebuild', fn () => $this->farm->maintenance( 'enwiki', self::SCRIPT )
		);
		$this->assertNotSame( 0, $result->status );
		$this->assertSame(
			"The repo has no table wb_changes_rebuild. Run maintenance/update.php there.\n", $result->output
		);
	}

	/** The subscriptions of a real farm, taken away: what Wikibase itself had kept is there again. */
	public function test_a_rebuild_makes_of_nothing_all_that_wikibase_had_kept(): void {
		$project = dirname( __DIR__, 4 );
		$load = "$project/tests/support/scripts/LoadWiki.php";
		foreach ( [ [ 'enwiki' ], [ Farm::REPO, '--subscriptions', '--links' ] ] as $arguments ) {
			$wiki = array_shift( $arguments );
			$result = $this->farm->maintenance( $wiki, $load, ...$arguments );
			$this->assertSame( 0, $result->status, $result->output );
		}
		$kept = $this->subscriptions( 'enwiki' );
		$this->assertCount( 1464, $kept );
		$others = $this->subscriptions( 'dewiki' );
		$db = $this->farm->database( Farm::REPO );
		$db->exec( "DELETE FROM wb_changes_subscription WHERE cs_subscriber_id = 'enwiki' AND cs_entity_id < 'Q7'" );
		$this->subscribe( 'Q999999', 'enwiki' );
		$this->rebuild( 'enwiki' );

		$rebuilt = $this->subscriptions( 'enwiki' );
		$this->assertSame( [], array_diff( $kept, $rebuilt ) );
		$this->assertSame( $others, $this->subscriptions( 'dewiki' ) );
		// More than that are only items that had just been linked: their pages were still to be parsed.
		$linked = $db->query( "SELECT ips_item_id FROM wb_items_per_site WHERE ips_site_id = 'enwiki'" )
			->fetchAll( \PDO::FETCH_COLUMN );
		$more = array_diff( $rebuilt, $kept );
		$this->assertCount( 99, $more );
		$this->assertSame( [], array_diff( $more, array_map( static fn ( $number ) => "Q$number", $linked ) ) );
	}

	/** Of what is needed, Q1 is there, and P1, Q2 and Q3 are missing; Q9 is needless. */
	private function damage(): void {
		$this->createPage( 'enwiki', 7, 'Berlin', [ 'Q1' => [ 'X' ], 'P1' => [ 'L.en' ] ] );
		$this->createPage( 'enwiki', 8, 'Hamburg', [ 'Q1' => [ 'S', 'L.en' ] ] );
		$insert = $this->farm->database( Farm::REPO )->prepare(
			'INSERT INTO wb_items_per_site (ips_item_id, ips_site_id, ips_site_page) VALUES (?, ?, ?)'
		);
		foreach ( [ [ 2, 'enwiki', 'Berlin' ], [ 3, 'enwiki', 'Bonn' ], [ 9, 'dewiki', 'Bonn' ] ] as $link ) {
			$insert->execute( $link );
		}
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->subscribe( 'Q9', 'enwiki', 'dewiki' );
	}

	private function rebuild( string $wiki, string ...$options ): CommandResult {
		$result = $this->farm->maintenance( $wiki, self::SCRIPT, ...$options );
		$this->assertSame( 0, $result->status, $result->output );
		return $result;
	}

	private function progress( string $siteId ): array {
		$select = $this->farm->database( Farm::REPO )->prepare(
			'SELECT * FROM wb_changes_rebuild WHERE crb_site = ?'
		);
		$select->execute( [ $siteId ] );
		return $select->fetch();
	}

	private function rows(): array {
		return $this->farm->database( Farm::REPO )->query(
			'SELECT * FROM wb_changes_subscription ORDER BY cs_row_id'
		)->fetchAll();
	}
}
