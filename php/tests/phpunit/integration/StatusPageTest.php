<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * `Special:DispatchStatus` over HTTP, on any MediaWiki. How it looks, and what it says of a farm in trouble, is tested
 * elsewhere.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Page\SpecialDispatchStatus
 */
class StatusPageTest extends FarmTestCase {

	private const PAGE_NAME = 'Special:DispatchStatus';

	private WebServer $web;

	protected function tearDown(): void {
		$this->web->stop();
	}

	public function test_everybody_finds_it_and_may_read_it(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->serve( Farm::REPO );
		$this->assertStringContainsString( self::PAGE_NAME, $this->web->page( 'Special:SpecialPages' ) );
		$page = $this->web->page( self::PAGE_NAME );
		$parts = [ 'Healthy', 'Safe to dispatch up to', 'id="wbd-lag"', 'id="wbd-rates"', '<bdi>enwiki</bdi>' ];
		$parts[] = 'up to date';
		$parts[] = 'MediaWiki ' . MW_VERSION;
		foreach ( $parts as $part ) {
			$this->assertStringContainsString( $part, $page );
		}
		$this->assertDoesNotMatchRegularExpression( '/⧼|&lt;(wikibasedispatch|dispatchstatus)-/', $page,
			'every message is there' );
	}

	public function test_the_name_that_wikibase_gave_its_page_leads_here(): void {
		$this->serve( Farm::REPO );
		$alone = stream_context_create( [ 'http' => [ 'follow_location' => 0 ] ] );
		file_get_contents( $this->web->url( 'Special:DispatchStats' ), false, $alone );
		$locations = preg_grep( '/^Location: .*Special:DispatchStatus$/i', $http_response_header );
		$this->assertCount( 1, $locations, implode( ' ', $http_response_header ) );
	}

	public function test_its_script_gets_the_content_alone(): void {
		$this->serve( Farm::REPO );
		$content = $this->web->page( self::PAGE_NAME, [ 'live' => '1' ] );
		$this->assertStringStartsWith( '<', ltrim( $content ) );
		$this->assertStringContainsString( 'wbd-headline', $content );
		$this->assertStringNotContainsString( '<body', $content );
	}

	public function test_the_pager_says_what_is_left_and_a_filter_that_nobody_matches_says_so(): void {
		$this->haveClients( 66 );
		$this->serve( Farm::REPO );
		$first = $this->web->page( self::PAGE_NAME );
		$this->assertMatchesRegularExpression( '~1–50</bdi> of 66 clients.*>Next 16<~s', $first );
		$last = $this->web->page( self::PAGE_NAME, [ 'offset' => 50 ] );
		$this->assertMatchesRegularExpression( '~51–66</bdi> of 66 clients.*>Previous 50<~s', $last );
		$this->assertStringNotContainsString( 'rel="next"', $last );
		$some = $this->web->page( self::PAGE_NAME, [ 'client' => 'c06' ] );
		$this->assertStringContainsString( '1–7</bdi> of 7 matching clients (66 in total)', $some );
		$none = $this->web->page( self::PAGE_NAME, [ 'client' => 'nobody' ] );
		$this->assertStringContainsString( 'No client matches this filter.', $none );
		$this->assertStringNotContainsString( 'wbd-table"', $none );
	}

	public function test_the_counts_of_each_condition_lead_to_the_clients_that_are_in_it(): void {
		$this->haveClients( 66 );
		$this->serve( Farm::REPO );
		$page = $this->web->page( self::PAGE_NAME );
		$this->assertSame( 1, preg_match(
			'~<a href="([^"]*)" data-condition="uninitialised">.*?66~', $page, $match
		), $page );
		$them = $this->web->get( html_entity_decode( $match[1] ) );
		$this->assertStringContainsString( '1–50</bdi> of 66 clients', $them );
	}

	public function test_each_moment_is_told_by_how_long_ago_it_was_and_with_its_time_zone(): void {
		$this->dispatchAll();
		$this->farm->database( Farm::REPO )->exec(
			"UPDATE wb_changes_dispatch SET chd_touched = '" . gmdate( 'YmdHis', time() - 130 ) . "'"
		);
		$this->serve( Farm::REPO );
		$this->assertMatchesRegularExpression(
			'~<time datetime="[^"]+Z" title="[^"]+ \\(UTC\\)">2 min ago</time>~',
			$this->web->page( self::PAGE_NAME )
		);
	}

	public function test_who_is_named_and_who_is_worst_now_is_drawn_and_a_client_keeps_its_colour(): void {
		$others = [ 'w1wiki', 'w2wiki', 'w3wiki', 'w4wiki' ];
		$this->farm->setSettings( [ 'localClientDatabases' => [ ...Farm::WIKIS, ...$others ], 'gapGrace' => 0 ] );
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$db = $this->farm->database( Farm::REPO );
		foreach ( [ 400, 200 ] as $age ) {
			$db->prepare( 'UPDATE wb_changes SET change_time = ? WHERE change_id = ?' )
				->execute( [ gmdate( 'YmdHis', time() - $age ), $this->writeChange( 'Q1' ) ] );
		}
		// Others have lagged more before; dewiki does now; enwiki fails.
		$db->exec( 'UPDATE wb_changes_dispatch SET chd_seen = 3' );
		$db->exec( "UPDATE wb_changes_dispatch SET chd_seen = 1 WHERE chd_site = 'dewiki'" );
		$db->exec( "UPDATE wb_changes_dispatch SET chd_seen = 2 WHERE chd_site = 'enwiki'" );
		$failed = gmdate( 'YmdHis', time() + 1 );
		$db->exec( "INSERT INTO wb_changes_failure VALUES ('enwiki', '$failed', 'push', 'X')" );
		$minute = intdiv( time(), 60 ) - 5;
		$worst = json_encode( array_fill_keys( $others, 9000 ) );
		$db->exec( "INSERT INTO wb_changes_history VALUES ($minute, 0, 1, 1, 5, 'lagging', '$worst')" );
		$this->serve( Farm::REPO );
		$page = $this->web->page( self::PAGE_NAME );
		$this->assertStringContainsString( 'data-reason="queue-unreachable"', $page );
		$drawn = self::drawn( $page );
		$this->assertSame( [ 'enwiki', 'dewiki', 'w1wiki', 'w2wiki' ], array_keys( $drawn ) );
		$this->assertCount( 4, array_unique( $drawn ) );

		$db->exec( "DELETE FROM wb_changes_failure" );
		$this->assertSame( 'dewiki', array_key_first( self::drawn( $this->web->page( self::PAGE_NAME ) ) ) );
		$db->exec( 'UPDATE wb_changes_dispatch SET chd_seen = 3' );
		foreach ( self::drawn( $this->web->page( self::PAGE_NAME ) ) as $client => $style ) {
			$this->assertSame( $drawn[$client] ?? $style, $style, $client );
		}
	}

	/**
	 * @return array<string,string> client => the style of its line, in the order of the legend
	 */
	private static function drawn( string $page ): array {
		preg_match_all(
			'~<path class="wbd-line (wbd-client-\d)" d="M2 6H30"[^>]*></path></svg><bdi>(\w+)</bdi>~', $page, $found
		);
		return array_combine( $found[2], $found[1] );
	}

	private function haveClients( int $count ): void {
		$this->farm->setSettings( [ 'localClientDatabases' => array_map(
			static fn ( int $i ) => sprintf( 'c%03dwiki', $i ), range( 1, $count )
		) ] );
	}

	public function test_every_skin_gets_its_style_and_its_script(): void {
		$this->serve( Farm::REPO );
		$style = $this->web->get( '/load.php?modules=ext.wikibaseDispatch.status.styles&only=styles&skin=vector-2022' );
		$this->assertStringContainsString( '.wbd-plot-frame', $style );
		$this->assertStringContainsString( 'translateX(-50%)', $style );
		$script = $this->web->get( '/load.php?modules=ext.wikibaseDispatch.status&skin=vector-2022' );
		$this->assertStringContainsString( 'wbd-clients', $script );
		foreach ( [ $style, $script ] as $answer ) {
			$this->assertDoesNotMatchRegularExpression( '/exception|parse error/i', $answer );
		}
	}

	/** G15. */
	public function test_g15_what_somebody_writes_into_the_address_is_shown_as_text_or_not_at_all(): void {
		$this->serve( Farm::REPO );
		$page = $this->web->page( self::PAGE_NAME, [
			'client' => '"><script>alert(1)</script>', 'condition' => '"><script>alert(2)</script>', 'sort' => "'--",
			'offset' => '1e9', 'hours' => '-1',
		] );
		$this->assertStringContainsString( 'wbd-headline', $page );
		$this->assertStringNotContainsString( '<script>alert', $page );
	}

	public function test_it_links_to_the_runbook_and_the_dashboard_that_are_configured(): void {
		$this->farm->setSettings( [
			'runbookUrl' => 'https://example.org/run?a=1&b=2', 'dashboardUrl' => 'http://example.org/grafana',
		] );
		$this->serve( Farm::REPO );
		$page = $this->web->page( self::PAGE_NAME );
		$this->assertMatchesRegularExpression(
			'!<a href="https://example.org/run\?a=1&amp;b=2"[^>]*>Runbook</a>.*' .
			'<a href="http://example.org/grafana"[^>]*>Dashboard</a>!',
			$page
		);
		$this->web->stop();
		$this->farm->setSettings( [ 'dashboardUrl' => 'javascript:alert(1)' ] );
		$this->serve( Farm::REPO );
		$page = $this->web->page( self::PAGE_NAME );
		$this->assertStringNotContainsString( 'href="javascript:alert', $page );
		$this->assertStringContainsString( 'but must be an address with http:// or https://', $page );
		$this->assertStringContainsString( 'wbd-headline', $page, 'all else is there' );
	}

	public function test_a_client_says_kindly_that_it_has_nothing_to_tell(): void {
		$this->serve( 'enwiki' );
		$this->assertStringContainsString( 'This wiki receives changes', $this->web->page( self::PAGE_NAME ) );
		$this->assertStringNotContainsString( self::PAGE_NAME, $this->web->page( 'Special:SpecialPages' ) );
	}

	private function serve( string $wiki ): void {
		$this->web = new WebServer( $this->farm, $wiki );
	}
}
