<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * `Special:DispatchStatus` over HTTP, on any MediaWiki. How it looks, and what it says of a farm in trouble, is tested
 * elsewhere.
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
