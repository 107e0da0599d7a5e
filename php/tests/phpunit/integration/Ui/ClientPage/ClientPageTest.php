<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Status\ErrorStore;
use MediaWiki\Extension\WikibaseDispatch\Status\Step;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell\Scripts;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;
use MediaWiki\MediaWikiServices;

/**
 * `Special:DispatchStatus/CLIENT`, the search for changes, and the rollout, over HTTP, on any MediaWiki. How they look
 * is tested elsewhere.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\ClientPage
 */
class ClientPageTest extends FarmTestCase {

	use Scripts;

	private const PAGE_NAME = 'Special:DispatchStatus';

	private static WebServer $web;

	public static function setUpBeforeClass(): void {
		self::$web = new WebServer( Farm::used(), Farm::REPO );
	}

	public static function tearDownAfterClass(): void {
		self::$web->stop();
	}

	public function test_a_client_is_reached_from_its_name_and_says_what_the_shell_says(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->initialise();
		$id = $this->writeChange( 'Q1' );
		$this->assertMatchesRegularExpression(
			'/<a href="[^"]*Special:DispatchStatus\/enwiki" class="wbd-client"><bdi>enwiki<\/bdi><\/a>/',
			self::page()
		);
		$page = self::page( 'enwiki' );
		foreach ( array_filter( explode( "\n", $this->script( 'ExplainDispatch', 'enwiki' ) ) ) as $paragraph ) {
			// Only words are the same: the page writes times in the reader's way.
			$words = preg_split( '/\d[^.]*/', $paragraph )[0];
			$this->assertStringContainsString( $words, self::text( $page ) );
		}
		$this->assertSame( (string)( $id - 1 ), self::fact( $page, 'seen' ) );
		$this->assertSame( (string)$id, self::fact( $page, 'horizon' ) );
		$this->assertSame( '1', self::fact( $page, 'pending' ) );
		$this->assertStringContainsString( "find=$id", $page, 'what waits is linked' );
		foreach ( [ 'id="wbd-lag"', 'id="wbd-dispatched"', 'id="wbd-failures"', 'No errors are recorded.',
			'have not been rebuilt', 'It is <code>on</code>, as configured.' ] as $part
		) {
			$this->assertStringContainsString( $part, $page );
		}
		$this->assertComplete( $page );
		$this->assertStringNotContainsString( 'ManageDispatch', $page, 'nobody can manage it here' );
	}

	public function test_g15_where_its_database_is_is_not_told_to_everybody(): void {
		$this->farm->setSettings( [ 'localClientDatabases' => [ 'frwiki' => 'secretdb' ] ] );
		$page = self::page( 'frwiki' );
		$this->assertStringContainsString( 'not started yet', $page );
		$this->assertStringNotContainsString( 'secretdb', $page );
	}

	public function test_a_client_that_is_not_known_is_not_found_and_leads_back(): void {
		$body = self::content( self::$web->get( '/index.php?title=' . self::PAGE_NAME . '/nowiki%22', $headers ) );
		$this->assertStringContainsString( '404', $headers[0] );
		$this->assertStringContainsString( 'There is no client “', $body );
		$this->assertStringContainsString( 'Status of all clients', $body );
		$this->assertComplete( $body );
	}

	public function test_every_condition_has_its_page(): void {
		$this->farm->setSettings( [
			'localClientDatabases' => [ 'enwiki', 'dewiki', 'badwiki' => '' ],
			'rollout' => [ 'default' => 'on', 'dewiki' => 'shadow' ],
		] );
		$this->assertStringContainsString( 'not started yet', self::page( 'enwiki' ) );
		$this->assertComplete( self::page( 'dewiki' ) );
		$this->assertStringContainsString( 'Its configuration is invalid:', self::page( 'badwiki' ) );
		$this->assertComplete( self::page( 'badwiki', [ 'find' => 'Q1' ] ) );
		$this->runTrigger();
		$this->script( 'DisableClient', 'enwiki' );
		$page = self::page( 'enwiki' );
		$this->assertStringContainsString( 'data-condition="disabled"', $page );
		$this->assertStringContainsString( 'Nothing is plotted', $page );
		$this->assertComplete( $page );
		$this->assertStringContainsString( 'class="wbd-headline', self::page( 'dewiki' ) );
	}

	/** G13. */
	public function test_g13_errors_are_shown_with_class_and_time_and_outlive_a_success(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO, '--maxjobs', '1' ) );
		$page = self::page( 'enwiki' );
		$this->assertStringContainsString( 'pushing to its job queue', $page );
		$this->assertMatchesRegularExpression( '/<bdi>(JobQueueError|DBQueryError)[^<]*<\/bdi>/', $page );
		$this->script( 'CatchUp' );
		$page = self::page( 'enwiki' );
		$this->assertStringContainsString( 'data-condition="up-to-date"', $page );
		$this->assertMatchesRegularExpression( '/<bdi>(JobQueueError|DBQueryError)[^<]*<\/bdi>/', $page );
	}

	public function test_only_the_last_errors_are_kept(): void {
		$store = new ErrorStore( MediaWikiServices::getInstance()->getDBLoadBalancerFactory() );
		for ( $i = 1; $i <= ErrorStore::KEPT + 3; $i++ ) {
			$store->note( 'enwiki', Step::Push, "Error $i" );
		}
		$store->note( 'dewiki', Step::Other, 'Another' );
		$errors = array_column( $store->of( 'enwiki' ), 'error' );
		$this->assertCount( ErrorStore::KEPT, $errors );
		$this->assertSame( [ 'Error 23', 'Error 4' ], [ $errors[0], end( $errors ) ] );
		$this->assertSame( 'Another', $store->of( 'dewiki' )[0]['error'] );
	}

	public function test_a_rebuild_of_its_subscriptions_is_shown(): void {
		$this->farm->database( Farm::REPO )->exec( 'INSERT INTO wb_changes_rebuild (crb_site, crb_phase, crb_after,' .
			' crb_seen, crb_added, crb_removed, crb_started, crb_touched) VALUES' .
			" ('enwiki', 'used', 'Q7', 12, 3, 0, '20260131120000', '20260131120500')" );
		$this->assertMatchesRegularExpression(
			'/Started at .*phase used.*looked at 12 entries, added 3 subscriptions, removed 0/',
			self::text( self::page( 'enwiki' ) )
		);
	}

	public function test_a_change_is_found_by_its_id_and_by_its_entity(): void {
		$this->subscribe( 'Q42', 'enwiki', 'dewiki' );
		$first = $this->writeChange( 'Q42' );
		$this->script( 'CatchUp' );
		$second = $this->writeChange( 'Q42' );
		$page = self::page( '', [ 'find' => (string)$first ] );
		$this->assertStringContainsString( 'Delivered: 2 clients', self::text( $page ) );
		$this->assertStringContainsString( '<ul data-state="delivered">', $page );
		$this->assertComplete( $page );
		$page = self::page( '', [ 'find' => 'q42' ] );
		$this->assertSame( [ (string)$second, (string)$first ], self::changes( $page ) );
		$this->assertStringContainsString( 'Not delivered yet: 2 clients', self::text( $page ) );
		$this->assertStringContainsString( 'wbd-condition wbd-is-due', $page, 'why it waits' );
		$page = self::page( 'enwiki', [ 'find' => 'Q42' ] );
		$this->assertStringContainsString( 'Delivered: one client', self::text( $page ) );
		$this->assertStringNotContainsString( 'class="wbd-client"><bdi>dewiki<', $page );
		$page = self::page( '', [ 'find' => 'Q43' ] );
		$this->assertStringContainsString( 'No change of Q43 is in the change buffer.', self::text( $page ) );
	}

	/** G15. */
	public function test_g15_what_is_neither_is_said_to_be_neither(): void {
		$page = self::page( '', [ 'find' => '"><script>alert(1)</script>' ] );
		$this->assertStringContainsString( 'is neither the ID of a change', $page );
		$this->assertStringNotContainsString( '<script>alert', $page );
		$this->assertStringContainsString( 'id="wbd-find"', $page );
	}

	public function test_nothing_that_an_editor_wrote_is_shown(): void {
		$this->subscribe( 'Q42', 'enwiki' );
		$this->initialise();
		$this->writeChange( 'Q42', [], [ 'comment' => 'secret comment', 'user_text' => 'Secret user' ] );
		$bad = $this->writeRawChange( 'Q42', '{"metadata":{"user_text":["secret"]},"compactDiff":"secret"}' );
		$requests = [ [ '', [ 'find' => 'Q42' ] ], [ 'enwiki', [ 'find' => (string)$bad ] ], [ 'enwiki', [] ] ];
		foreach ( $requests as $request ) {
			$this->assertDoesNotMatchRegularExpression( '/secret/i', self::page( ...$request ) );
		}
		$this->assertStringContainsString(
			'It cannot be read', self::page( '', [ 'find' => (string)$bad ] )
		);
	}

	public function test_the_rollout_shows_who_serves_whom_and_the_differences_in_shadow(): void {
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'on', 'dewiki' => 'shadow' ] ] );
		$this->runTrigger();
		$db = $this->farm->database( Farm::REPO );
		$id = $this->writeChange( 'Q1' );
		$db->exec( "UPDATE wb_changes_rollout SET cro_position = $id WHERE cro_site = ''" );
		$db->exec( "UPDATE wb_changes_dispatch SET chd_seen = $id" );
		$db->exec( "INSERT INTO wb_changes_shadow (csh_site, csh_change_id, csh_by) VALUES ('dewiki', $id, 1)" );
		$page = self::page( '', [ 'view' => 'rollout' ] );
		$text = self::text( $page );
		$this->assertStringContainsString( "is done with all changes up to ID $id (the floor).", $text );
		$this->assertStringContainsString( 'shadow: one client', $text );
		$this->assertStringContainsString( "Only Wikibase: 1 ($id)", $text );
		$this->assertStringContainsString( "Only Wikibase: 1 ($id)", self::text( self::page( 'dewiki' ) ) );
		$this->assertLessThan( strpos( $page, '>enwiki<' ), strpos( $page, '>dewiki<' ), 'shadow comes first' );
		$this->assertComplete( $page );
	}

	/** G9: where update.php has not made the new tables. */
	public function test_g9_without_its_tables_the_page_says_so_and_dispatching_goes_on(): void {
		$this->farm->without( Farm::REPO, 'wb_changes_client_history', function (): void {
			$this->assertStringContainsString(
				'The status is currently unavailable.', self::text( self::page( 'enwiki' ) )
			);
			$this->assertStringContainsString( 'wbd-table', self::page() );
		} );
	}

	private function runTrigger(): void {
		$this->announce();
		$this->runJobs( Farm::REPO );
	}

	private static function page( string $siteId = '', array $parameters = [] ): string {
		return self::content( self::$web->page( self::PAGE_NAME . ( $siteId === '' ? '' : "/$siteId" ), $parameters ) );
	}

	/** The part that is ours. */
	private static function content( string $page ): string {
		return preg_match( '/<h1.*<div class="printfooter"/s', $page, $part ) ? $part[0] : $page;
	}

	private static function text( string $page ): string {
		return preg_replace( '/\s+/', ' ', html_entity_decode( strip_tags( $page ), ENT_QUOTES ) );
	}

	private static function fact( string $page, string $name ): ?string {
		return preg_match( "/data-fact=\"$name\"><dt>[^<]*<\\/dt><dd>([^<]*)</", $page, $found ) ? $found[1] : null;
	}

	/** @return list<string> IDs */
	private static function changes( string $page ): array {
		preg_match_all( '/data-change="(\d+)"/', $page, $found );
		return $found[1];
	}

	private function assertComplete( string $page ): void {
		$this->assertStringContainsString( 'class="wbd-status"', $page );
		$this->assertDoesNotMatchRegularExpression( '/⧼|&lt;(wikibasedispatch|dispatchstatus)-|\$\d/', $page,
			'every message is there' );
	}
}
