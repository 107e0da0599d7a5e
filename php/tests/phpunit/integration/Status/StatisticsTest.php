<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;

/**
 * What a statsd server hears of MediaWiki when changes are dispatched, by its own protocol.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Hooks\StatisticsHandler
 */
class StatisticsTest extends FarmTestCase {

	private const CRON = 'wikibase.repo.dispatchChanges';
	private const PAGES = 'wikibase.client.pageupdates';

	/** @var resource */
	private $statsd;

	protected function setUp(): void {
		parent::setUp();
		$this->statsd = stream_socket_server( 'udp://127.0.0.1:0', $code, $message, STREAM_SERVER_BIND );
		stream_set_blocking( $this->statsd, false );
		putenv( 'FARM_STATSD=' . stream_socket_get_name( $this->statsd, false ) );
	}

	protected function tearDown(): void {
		putenv( 'FARM_STATSD' );
		fclose( $this->statsd );
	}

	/** What docs/monitoring.md says to set. */
	public function test_labelled_names_are_sent_where_mediawiki_has_them(): void {
		if ( version_compare( MW_VERSION, '1.41', '<' ) ) {
			$this->markTestSkipped( 'This MediaWiki has no labels.' );
		}
		$this->farm->setGlobals( [
			'wgStatsTarget' => 'udp://' . stream_socket_get_name( $this->statsd, false ),
			'wgStatsFormat' => 'statsd',
		] );
		putenv( 'FARM_STATSD' );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame(
			1, $this->heard( 'WikibaseDispatch\.\S+' )['WikibaseDispatch.changes_total.enwiki'] ?? null
		);
	}

	public function test_the_repo_counts_what_it_does_under_the_names_that_wikibase_gave_it(): void {
		$this->skipWithoutOldNames();
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->writeChange( 'Q1' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$heard = $this->heard();
		$this->assertSame( [
			'wikibase.repo.dispatch.fast_forwards' => 1,
			'wikibase.repo.dispatch.notifications' => 2,
			self::CRON . '.changes' => 4,
			self::CRON . '.changes_per_client.dewiki' => 2,
			self::CRON . '.changes_per_client.enwiki' => 2,
			self::CRON . '.passes' => 2,
		], self::named( '/passes|changes$|per_client|dispatch\./', $heard ) );
		$this->assertGreaterThanOrEqual( 1, $heard[self::CRON . '.start'] );
		$this->assertArrayHasKey( self::CRON . '.execute_time', $heard );
		$this->assertArrayNotHasKey( self::CRON . '.exception', $heard );
	}

	public function test_a_pass_that_fails_is_counted(): void {
		$this->skipWithoutOldNames();
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->farm->without( 'enwiki', 'job', fn () => $this->runJobs( Farm::REPO ) );
		$this->assertGreaterThanOrEqual( 1, $this->heard()[self::CRON . '.exception'] );
	}

	public function test_a_client_counts_what_it_does_under_the_names_that_wikibase_gave_it(): void {
		$this->skipWithoutOldNames();
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->heard();
		$this->runJobs( 'enwiki' );
		$heard = $this->heard();
		$this->assertSame( [
			self::PAGES . '.InjectRCRecords.jobs' => 1,
			self::PAGES . '.InjectRCRecords.run.titles' => 1,
			self::PAGES . '.InjectRCRecords.titles' => 1,
			self::PAGES . '.RefreshLinks.jobs' => 1,
			self::PAGES . '.RefreshLinks.titles' => 1,
			self::PAGES . '.WebCache.jobs' => 1,
			self::PAGES . '.WebCache.titles' => 1,
		], self::named( '/pageupdates.*(jobs|titles)$/', $heard ) );
		$this->assertGreaterThan( 86_400_000, $heard[self::PAGES . '.InjectRCRecords.delay'],
			'milliseconds since last January' );
		$this->assertGreaterThan( 86_400_000, $heard['wikibase.client.dispatch.handled_delay'] );
	}

	private static function named( string $pattern, array $heard ): array {
		return array_intersect_key( $heard, array_flip( preg_grep( $pattern, array_keys( $heard ) ) ) );
	}

	/** MediaWiki 1.45 and later sends nothing by old names. */
	private function skipWithoutOldNames(): void {
		if ( version_compare( MW_VERSION, '1.45', '>=' ) ) {
			$this->markTestSkipped( 'This MediaWiki has no use for $wgStatsdServer.' );
		}
	}

	/**
	 * @param string $names
	 * @return array<string,int> name, without prefix => sum of what was heard since the last call, in order of names
	 */
	private function heard( string $names = 'wikibase\.\S+' ): array {
		$sums = [];
		while ( true ) {
			$datagram = stream_socket_recvfrom( $this->statsd, 65_536 );
			if ( $datagram === false || $datagram === '' ) {
				break;
			}
			preg_match_all( "/^.*?($names):([\d.]+)\|/m", $datagram, $matches, PREG_SET_ORDER );
			foreach ( $matches as [ , $name, $value ] ) {
				$sums[$name] = ( $sums[$name] ?? 0 ) + (int)$value;
			}
		}
		ksort( $sums );
		return $sums;
	}
}
