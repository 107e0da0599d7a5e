<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Browser;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status\StatusTestCase;
use PDO;

/**
 * `Special:DispatchStatus` in a real browser, of a farm that is healthy, lags, or is stuck.
 *
 * Its pictures are left in the folder that PICTURES names; those of the documentation are made so.
 */
class StatusPageTest extends StatusTestCase {

	private const PAGE_NAME = 'Special:DispatchStatus';
	private const CONTENT = '#mw-content-text';
	private const WIDE = [ 960, 800 ];
	private const PHONE = [ 360, 740 ];

	/** Clients that only exist in the settings. */
	private const FEW = 3;
	/** So many that there is more than one page of them. */
	private const MANY = 117;

	/** Minutes. */
	private const DAY = 1440;
	/** Id of a change that was written a day ago. */
	private const FIRST_ID = 1_000_000;
	/** Seconds after which it is clear that something is wrong. */
	private const LONG = 2400;

	private static Browser $browser;
	private static string $profile;

	public static function setUpBeforeClass(): void {
		self::$profile = sys_get_temp_dir() . '/wikibase-dispatch-browser-' . bin2hex( random_bytes( 6 ) );
		mkdir( self::$profile );
		parent::setUpBeforeClass();
		self::$browser = new Browser( self::$profile );
	}

	public static function tearDownAfterClass(): void {
		self::$browser->quit();
		parent::tearDownAfterClass();
		exec( 'rm -rf -- ' . escapeshellarg( self::$profile ) );
	}

	protected function setUp(): void {
		parent::setUp();
		self::$browser->allowScripts( true );
		self::$browser->preferDark( false );
		self::$browser->resize( ...self::WIDE );
		self::$browser->complaints();
	}

	public function test_a_healthy_farm_is_told_to_be_healthy_and_shows_its_last_hours(): void {
		$this->haveClients( self::FEW );
		$this->haveHistory();
		$this->dispatchOnce();
		$this->open();
		$this->assertStringContainsString( 'Healthy', self::$browser->text( '.wbd-headline' ) );
		$this->assertSame( '0 s', self::$browser->text( '[data-fact=median-lag] dd' ) );
		$this->assertCount( 2, self::$browser->texts( '.wbd-plot-drawing' ) );
		$this->assertSame(
			[ 'Median of all clients 0 s', 'dewiki 0 s', 'enwiki 0 s', 'c003wiki 0 s', 'c002wiki 0 s' ],
			self::$browser->texts( '#wbd-lag .wbd-legend li' )
		);
		$this->keep( 'status-healthy' );
		$this->assertFlawless();
	}

	public function test_a_farm_that_lags_says_who_is_furthest_behind(): void {
		$this->lag();
		$this->open();
		$this->assertStringContainsString( 'Lagging', self::$browser->text( '.wbd-headline' ) );
		$this->assertStringContainsString( 'dewiki is furthest behind', self::$browser->text( '.wbd-reason' ) );
		$this->assertStringContainsString( 'If lag keeps growing', self::$browser->text( '.wbd-action' ) );
		$this->assertFlawless();
	}

	/**
	 * @dataProvider provideStuckFarms
	 */
	public function test_a_stuck_farm_says_why_and_what_is_to_be_done(
		string $reason, string $make, string $sentence, string $action
	): void {
		$this->haveClients( self::FEW );
		$this->haveHistory( 'enwiki' );
		$release = $this->$make();
		$this->open();
		$this->assertStringContainsString( 'Stuck', self::$browser->text( '.wbd-state' ) );
		$this->assertStringContainsString( $sentence, self::$browser->text( '.wbd-reason' ) );
		$this->assertStringContainsString( $action, self::$browser->text( '.wbd-action' ) );
		$this->assertSame( $reason, self::$browser->run(
			'return document.querySelector( ".wbd-headline" ).dataset.reason'
		) );
		if ( $reason === 'queue-unreachable' ) {
			$this->keep( 'status-stuck' );
		}
		$this->assertFlawless();
		$release();
	}

	public static function provideStuckFarms(): iterable {
		yield [
			'no-runner', 'haveNoRunner', 'No dispatch job has run recently', 'jobs of this wiki',
		];
		yield [
			'open-gap', 'haveAnOpenGap', 'An uncommitted transaction holds change ID', 'INNODB_TRX',
		];
		yield [
			'lock-held', 'haveALockHeld', 'enwiki is locked by another process',
			'an old dispatcher started by cron',
		];
		yield [
			'queue-unreachable', 'haveAQueueUnreachable', 'Cannot push to the job queue of enwiki',
			'DisableClient.php enwiki',
		];
	}

	public function test_a_click_sorts_and_typing_filters_without_a_new_page(): void {
		$this->haveClients( self::MANY );
		$this->haveAQueueUnreachable( 'dewiki' );
		$this->open();
		self::$browser->run( 'window.isStillThere = true' );
		$this->assertSame( 'dewiki', $this->firstClient() );

		self::$browser->click( '.wbd-table th:nth-child(1) a' );
		$this->waitForFirstClient( 'c001wiki' );
		$this->assertSame( 'ascending', $this->sortOf( 1 ) );
		self::$browser->click( '.wbd-table th:nth-child(1) a' );
		$this->waitForFirstClient( Farm::REPO );
		$this->assertSame( 'descending', $this->sortOf( 1 ) );
		$this->assertSame( 'Client', self::$browser->run( 'return document.activeElement.firstChild.textContent' ) );

		self::$browser->type( '#wbd-client', 'c01' );
		$this->waitForFirstClient( 'c019wiki' );
		$this->assertSame( '10 of 120 clients', self::$browser->text( '.wbd-count' ) );
		$this->assertStringContainsString( 'client=c01', self::$browser->address() );
		$this->assertSame( 'wbd-client', self::$browser->run( 'return document.activeElement.id' ) );
		$this->assertTrue( self::$browser->run( 'return window.isStillThere' ) );
		$this->assertSame( [], self::$browser->complaints() );
	}

	public function test_without_a_script_the_same_is_done_by_addresses(): void {
		$this->haveClients( self::MANY );
		$this->haveAQueueUnreachable( 'dewiki' );
		self::$browser->allowScripts( false );
		$this->open();
		$this->assertSame( 'dewiki', $this->firstClient() );
		self::$browser->click( '.wbd-table th:nth-child(1) a' );
		$this->waitForFirstClient( 'c001wiki' );
		self::$browser->click( '.wbd-pages a[rel=next]' );
		$this->waitForFirstClient( 'c051wiki' );
		self::$browser->type( '#wbd-client', 'enwi' );
		self::$browser->click( '.wbd-form button' );
		$this->waitForFirstClient( 'enwiki' );
		$this->assertSame( '1 of 120 clients', self::$browser->text( '.wbd-count' ) );
		$this->assertStringContainsString( 'sort=client', self::$browser->address() );
	}

	public function test_it_is_dark_where_the_reader_prefers_that(): void {
		$this->haveClients( self::FEW );
		$this->haveHistory( 'enwiki' );
		$this->haveAQueueUnreachable();
		$this->open();
		$light = $this->colours();
		self::$browser->preferDark( true );
		$dark = $this->colours();
		foreach ( $light as $of => $colour ) {
			$this->assertNotSame( $colour, $dark[$of], $of );
		}
		$this->keep( 'status-dark', '.wbd-plots' );
		$this->assertFlawless();
	}

	public function test_g7b_what_was_late_stands_below_the_headline_of_a_healthy_farm(): void {
		$this->dispatchOnce();
		$late = $this->farm->database( Farm::REPO )->prepare(
			"INSERT INTO wb_changes_late (cla_site, cla_change, cla_found) VALUES ('', ?, ?)"
		);
		foreach ( range( 1, 12 ) as $id ) {
			$late->execute( [ $id, gmdate( 'YmdHis', time() - $id ) ] );
		}
		foreach ( [ false, true ] as $isDark ) {
			self::$browser->preferDark( $isDark );
			$this->open();
			$this->assertStringContainsString( 'Healthy', self::$browser->text( '.wbd-headline' ) );
			$this->assertMatchesRegularExpression(
				'/^12 changes became visible late and were delivered afterwards: 1 \(found at .*, 10 \(.*\), …$/',
				self::$browser->text( '[data-notice=late-changes]' )
			);
			$this->keep( 'status-late' . ( $isDark ? '-dark' : '' ) );
			$this->assertFlawless();
		}
	}

	public function test_on_a_phone_nothing_but_the_tables_is_wider_than_the_screen(): void {
		$this->haveClients( self::MANY );
		$this->haveHistory();
		$this->lag();
		self::$browser->resize( ...[ ...self::PHONE, true ] );
		foreach ( [ 'minerva', 'vector-2022' ] as $skin ) {
			$this->open( [ 'useskin' => $skin ] );
			$this->assertSame( self::PHONE[0], self::$browser->run(
				'return Math.max( document.documentElement.scrollWidth, innerWidth )'
			), $skin );
			$this->assertFlawless();
		}
		$this->open( [ 'useskin' => 'minerva', 'client' => 'c11' ] );
		$this->keep( 'status-phone' );
	}

	public function test_from_right_to_left_it_is_mirrored_but_time_is_not(): void {
		$this->haveHistory();
		$this->lag();
		$this->open( [ 'uselang' => 'he' ] );
		$this->assertSame( [ 'rtl', 'ltr', '6px', '1px' ], self::$browser->run(
			'const style = ( selector ) => getComputedStyle( document.querySelector( selector ) );
			return [
				style( ".wbd-status" ).direction, style( ".wbd-plot-frame" ).direction,
				style( ".wbd-headline" ).borderRightWidth, style( ".wbd-headline" ).borderLeftWidth
			];'
		) );
		$this->assertLessThan( 1, self::$browser->run(
			'const box = ( element ) => element.getBoundingClientRect();
			const plot = box( document.querySelector( "#wbd-lag .wbd-plot-drawing" ) );
			return Math.max( ...[ ...document.querySelectorAll( "#wbd-lag .wbd-plot-times span" ) ].map( ( label ) => {
				const { x, width } = box( label );
				return Math.abs( x + width / 2 - plot.x - plot.width * parseFloat( label.style.left ) / 100 );
			} ) );'
		), 'pixels between a time and its place' );
		$this->assertFlawless();
	}

	public function test_a_plot_can_be_heard_and_read_as_a_table(): void {
		$this->haveHistory();
		$this->lag();
		$this->open( [ 'hours' => 24 ] );
		$description = self::$browser->run( 'return document.querySelector( "#wbd-lag desc" ).textContent' );
		$this->assertMatchesRegularExpression( '/Median of all clients: now .+, maximum .+\./', $description );
		self::$browser->click( '#wbd-lag summary' );
		$this->assertCount( 13, self::$browser->texts( '#wbd-lag details tr' ) );
		$this->assertMatchesRegularExpression(
			'/^\d\d:\d\d–\d\d:\d\d /', self::$browser->text( '#wbd-lag details tr:nth-child(2)' )
		);
		$this->assertFlawless();
	}

	/**
	 * A day in the life of a farm: too few jobs were run for half an hour, and perhaps one client gets nothing of late.
	 *
	 * @param string|null $stuck that client
	 */
	private function haveHistory( ?string $stuck = null ): void {
		$db = $this->farm->database( Farm::REPO );
		$insert = $db->prepare( 'INSERT INTO wb_changes_history (chh_minute, chh_second, chh_newest, chh_seen,' .
			' chh_median_lag, chh_health, chh_worst) VALUES (?, ?, ?, ?, ?, ?, ?)' );
		$last = time() - 20;
		$newest = $seen = self::FIRST_ID;
		$db->beginTransaction();
		for ( $minute = 0; $minute < self::DAY; $minute++ ) {
			$time = $last - ( self::DAY - 1 - $minute ) * 60;
			// More by day than by night; and there was a time when too few jobs were run.
			$newest += (int)( 260 + 120 * sin( $minute / 230 ) + 50 * sin( $minute * 1.7 ) * cos( $minute / 3 ) );
			$isSlow = $minute > self::DAY - 110 && $minute < self::DAY - 80;
			$seen = min( $newest, $seen + ( $isSlow ? 90 : 420 ) );
			$median = (int)( 2 + sin( $minute / 5 ) + ( $newest - $seen ) / 5 );
			$worst = [
				'enwiki' => $median + max( 0, (int)( 700 * sin( $minute / 70 ) ) ),
				'dewiki' => $median + max( 0, (int)( 300 + 250 * sin( $minute / 50 ) ) ),
				'c003wiki' => $median + max( 0, (int)( 200 * sin( $minute / 45 + 2 ) ) ),
				'c002wiki' => $median + max( 0, (int)( 90 + 60 * sin( $minute / 31 ) ) ),
			];
			if ( $stuck !== null ) {
				$worst[$stuck] = $median + max( 0, ( $minute - self::DAY ) * 60 + self::LONG );
			}
			arsort( $worst );
			$insert->execute( [
				intdiv( $time, 60 ), $time % 60, $newest, $seen, $median, 'healthy', json_encode( $worst )
			] );
		}
		$db->commit();
		$db->exec( 'ALTER TABLE wb_changes AUTO_INCREMENT = ' . ( $newest + 1 ) );
	}

	private function haveClients( int $more ): void {
		$clients = Farm::WIKIS;
		for ( $i = 1; $i <= $more; $i++ ) {
			$clients[] = sprintf( 'c%03dwiki', $i );
		}
		$this->farm->setSettings( [
			'localClientDatabases' => $clients, 'gapGrace' => 0,
			'runbookUrl' => 'https://example.org/runbook', 'dashboardUrl' => 'https://example.org/dashboard',
		] );
	}

	private function dispatchOnce(): void {
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->writeChangeOf( 60 );
		$this->announce();
		$this->runJobs( Farm::REPO );
	}

	/** Jobs are run, but not often enough. */
	private function lag(): void {
		$this->dispatchOnce();
		$this->writeChangeOf( 400 );
	}

	/** A change that was made so many seconds ago. */
	private function writeChangeOf( int $age ): int {
		$id = $this->writeChange( 'Q1' );
		$this->farm->database( Farm::REPO )->prepare( 'UPDATE wb_changes SET change_time = ? WHERE change_id = ?' )
			->execute( [ gmdate( 'YmdHis', time() - $age ), $id ] );
		return $id;
	}

	private function haveNoRunner(): Closure {
		$this->dispatchOnce();
		$this->writeChangeOf( self::LONG );
		$this->letTimePass( $this->farm->database( Farm::REPO )->query( 'SELECT chd_site FROM wb_changes_dispatch' )
			->fetchAll( PDO::FETCH_COLUMN ) );
		return static fn () => null;
	}

	private function haveAnOpenGap(): Closure {
		$this->dispatchOnce();
		$edit = $this->farm->databases->connect( Farm::REPO );
		$edit->beginTransaction();
		$edit->exec(
			'INSERT INTO wb_changes (change_type, change_time, change_object_id, change_revision_id, change_user_id,' .
			" change_info) VALUES ('wikibase-item~update', '20260131120000', 'Q1', 8, 5, '{}')"
		);
		$this->tryInVain();
		return static fn () => $edit->rollBack();
	}

	private function haveALockHeld(): Closure {
		$this->dispatchOnce();
		$other = $this->farm->databases->connect( Farm::REPO );
		$name = $other->quote( 'Wikibase.' . Farm::REPO . '.dispatchChanges.enwiki' );
		$other->query( "SELECT GET_LOCK($name, 0)" );
		$this->tryInVain();
		return static fn () => $other->query( "SELECT RELEASE_LOCK($name)" );
	}

	private function haveAQueueUnreachable( string $client = 'enwiki' ): Closure {
		$this->dispatchOnce();
		$this->farm->without( $client, 'job', fn () => $this->tryInVain() );
		return static fn () => null;
	}

	private function tryInVain(): void {
		$this->writeChangeOf( self::LONG );
		$this->announce();
		// As long as somebody waits there are more: this queue cannot delay them.
		$this->runJobs( Farm::REPO, '--maxjobs', '3' );
		$this->letTimePass( Farm::WIKIS );
	}

	private function open( array $parameters = [] ): void {
		self::$browser->open( self::$web->url( self::PAGE_NAME, $parameters ), '.wbd-' );
	}

	/** Nothing that a script, a file or the accessibility is to blame for. */
	private function assertFlawless(): void {
		$this->assertSame( [], self::$browser->accessibilityFaults( self::CONTENT ) );
		$this->assertSame( [], self::$browser->complaints() );
	}

	private function keep( string $name, string $part = self::CONTENT ): void {
		$folder = getenv( 'PICTURES' );
		if ( $folder ) {
			file_put_contents( "$folder/$name.png", self::$browser->picture( $part ) );
		}
	}

	private function firstClient(): string {
		return self::$browser->text( '.wbd-table tbody th' );
	}

	private function waitForFirstClient( string $siteId ): void {
		$this->assertTrue( self::$browser->waitFor(
			static fn () => self::$browser->run(
				'return document.querySelector( ".wbd-table tbody th" )?.innerText === arguments[0] || null', $siteId
			),
			"$siteId to be the first client"
		) );
	}

	private function sortOf( int $column ): string {
		return self::$browser->run(
			'return document.querySelector( `.wbd-table th:nth-child(${ arguments[0] })` ).getAttribute( "aria-sort" )',
			$column
		);
	}

	private function colours(): array {
		return self::$browser->run(
			'const style = ( selector ) => getComputedStyle( document.querySelector( selector ) );
			return {
				page: style( "body" ).backgroundColor,
				headline: style( ".wbd-headline" ).backgroundColor,
				text: style( ".wbd-headline" ).color,
				sign: style( ".wbd-sign" ).color,
				worst: style( ".wbd-line.wbd-worst-1" ).stroke,
				median: style( ".wbd-line.wbd-median" ).stroke
			};'
		);
	}
}
