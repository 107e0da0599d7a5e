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
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Page\SpecialDispatchStatus
 */
class StatusPageTest extends StatusTestCase {

	use InBrowser;

	private const PAGE_NAME = 'Special:DispatchStatus';
	private const CONTENT = '#mw-content-text';
	private const WIDE = [ 1280, 800 ];
	private const PHONE = [ 360, 740 ];

	/** Clients that only exist in the settings. */
	private const FEW = 3;
	/** So many that there is more than one page of them. */
	private const MANY = 117;

	/** Pixels by which a target is wide and high at least, so that it can be met (WCAG 2.2, 2.5.8). */
	private const TARGET = 24;

	/** Seconds: longer than the script waits between two looks. */
	private const SOME_LOOKS = 7;

	/** Minutes. */
	private const DAY = 1440;
	/** Id of a change that was written a day ago. */
	private const FIRST_ID = 1_000_000;
	/** Seconds after which it is clear that something is wrong. */
	private const LONG = 2400;

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
		$this->assertSame(
			'1–10 of 10 matching clients (120 in total)', self::$browser->text( '.wbd-count' )
		);
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
		self::$browser->click( '#wbd-filter button' );
		$this->waitForFirstClient( 'enwiki' );
		$this->assertSame( '1 of 1 matching client (120 in total)', self::$browser->text( '.wbd-count' ) );
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

	public function test_minerva_on_a_desktop_has_all_of_it(): void {
		$this->haveClients( self::FEW );
		$this->haveHistory( 'enwiki' );
		$this->haveAQueueUnreachable();
		$this->open( [ 'useskin' => 'minerva' ] );
		$this->assertCount( 2, self::$browser->texts( '.wbd-plot-drawing' ) );
		$this->keep( 'status-minerva' );
		$this->assertFlawless();
	}

	public function test_from_right_to_left_it_is_mirrored_but_time_is_not(): void {
		$this->haveHistory();
		$this->lag();
		$this->open( [ 'uselang' => 'he' ] );
		$this->assertSame( [ 'rtl', 'ltr', 'right' ], self::$browser->run(
			'const style = ( selector ) => getComputedStyle( document.querySelector( selector ) );
			const box = ( selector ) => document.querySelector( selector ).getBoundingClientRect();
			return [
				style( ".wbd-status" ).direction, style( ".wbd-plot-frame" ).direction,
				box( "#wbd-lag" ).left > box( "#wbd-rates" ).left ? "right" : "left"
			];'
		) );
		$this->assertSame( 0, self::$browser->run(
			'const isIsolated = ( place ) => place.querySelector( "bdi" );
			const places = [ ...document.querySelectorAll( ".wbd-facts dd, .wbd-legend b, .wbd-counts a" ) ];
			return places.filter( ( place ) => /[0-9]/.test( place.innerText ) && !isIsolated( place )
				&& place.dataset.condition !== "" ).length;'
		), 'numbers that the text around them could turn' );
		$this->keep( 'status-hebrew' );
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

	/**
	 * @dataProvider provideScreens
	 */
	public function test_in_minerva_the_fields_of_the_filter_can_be_seen(
		int $width, int $height, bool $isPhone
	): void {
		$this->haveClients( self::FEW );
		$this->lag();
		self::$browser->resize( $width, $height, $isPhone );
		$this->open( [ 'useskin' => 'minerva' ] );
		foreach ( [ '#wbd-client', '#wbd-condition' ] as $field ) {
			[ $border, $style, $isSeen, $ground ] = self::$browser->run(
				'const style = getComputedStyle( document.querySelector( arguments[0] ) );
				return [
					parseFloat( style.borderTopWidth ), style.borderTopStyle,
					style.borderTopColor !== getComputedStyle( document.body ).backgroundColor, style.backgroundColor
				];',
				$field
			);
			$this->assertGreaterThanOrEqual( 1, $border, $field );
			$this->assertSame( [ 'solid', true ], [ $style, $isSeen ], $field );
			$this->assertNotSame( 'rgba(0, 0, 0, 0)', $ground, $field );
		}
		$this->assertFlawless();
	}

	public static function provideScreens(): iterable {
		yield 'a phone' => [ ...self::PHONE, true ];
		yield 'a desktop' => [ ...self::WIDE, false ];
	}

	public function test_a_first_screen_has_the_verdict_the_counts_those_in_trouble_and_both_plots(): void {
		$this->haveClients( self::MANY );
		$this->haveHistory( 'enwiki' );
		$this->haveAQueueUnreachable();
		foreach ( [ 'vector-2022', 'vector', 'minerva' ] as $skin ) {
			$this->open( [ 'useskin' => $skin ] );
			$parts = [
				'.wbd-headline', '.wbd-counts', '.wbd-troubles', '.wbd-facts', '#wbd-lag .wbd-plot-drawing',
				'#wbd-rates .wbd-plot-drawing',
			];
			$bottoms = self::$browser->run(
				'return arguments[0].map( ( part ) => document.querySelector( part ).getBoundingClientRect().bottom );',
				$parts
			);
			foreach ( array_combine( $parts, $bottoms ) as $part => $bottom ) {
				$this->assertLessThanOrEqual( self::WIDE[1], $bottom, "$part in $skin" );
			}
			$this->assertTrue( self::$browser->run(
				'const box = ( selector ) => document.querySelector( selector ).getBoundingClientRect();
				const [ lag, rates ] = [ box( "#wbd-lag" ), box( "#wbd-rates" ) ];
				return lag.top === rates.top && lag.right <= rates.left;'
			), "side by side in $skin" );
			$this->assertGreaterThan( self::WIDE[1], self::$browser->run(
				'return document.querySelector( "[data-fact=horizon]" ).getBoundingClientRect().top;'
			), 'bare ids' );
		}
		$this->assertStringContainsString(
			'Clients in trouble: 1 stuck, 1 failing.', self::$browser->text( '.wbd-state' )
		);
		$this->assertMatchesRegularExpression(
			'/^enwiki\s+failing, will retry\s+stuck\s+40 min/', self::$browser->text( '.wbd-troubles li' )
		);
		self::$browser->click( '.wbd-counts a[data-condition=failing]' );
		self::$browser->waitFor(
			static fn () => str_contains( self::$browser->address(), 'condition=failing' ) ?: null, 'these clients'
		);
		$this->waitForFirstClient( 'enwiki' );
		$this->assertSame( 'failing', self::$browser->run(
			'return document.getElementById( "wbd-condition" ).value'
		) );
		$this->assertFlawless();
	}

	public function test_the_whole_page_is_renewed_without_a_jump(): void {
		$this->haveClients( self::MANY );
		$this->haveHistory();
		$this->dispatchOnce();
		$this->open();
		$this->assertStringContainsString( 'Healthy', self::$browser->text( '.wbd-state' ) );
		self::$browser->run( 'window.isStillThere = true' );
		self::$browser->type( '#wbd-client', 'wiki' );
		self::$browser->waitFor(
			static fn () => str_contains( self::$browser->address(), 'client=wiki' ) ?: null, 'the filter'
		);
		$before = self::$browser->run(
			'document.querySelector( "#wbd-lag details" ).open = true;
			getSelection().selectAllChildren( document.querySelector( ".wbd-versions" ) );
			document.getElementById( "wbd-client" ).focus( { preventScroll: true } );
			document.querySelector( ".wbd-scroll" ).scrollLeft = 20;
			scrollBy( 0, document.getElementById( "wbd-clients" ).getBoundingClientRect().top - 50 );
			return [
				getSelection().toString(), document.querySelector( ".wbd-scroll" ).scrollLeft,
				Math.round( document.getElementById( "wbd-clients" ).getBoundingClientRect().top )
			];'
		);
		$this->writeChangeOf( 400 );
		self::$browser->waitFor(
			static fn () => str_contains( self::$browser->text( '.wbd-state' ), 'Lagging' ) ?: null, 'the new verdict'
		);
		$this->assertNotSame( '0 s', self::$browser->text( '[data-fact=worst-lag] dd' ), 'the facts' );
		$this->assertNotNull( self::$browser->run(
			'return document.querySelector( ".wbd-counts a[data-condition=due]" )'
		), 'the counts' );
		$this->assertStringNotContainsString( ' 0 s', self::$browser->text( '#wbd-lag .wbd-legend li' ), 'the plots' );
		$this->assertNotSame( '0 s', self::$browser->text( '.wbd-table tbody .wbd-number' ), 'the table' );
		$after = self::$browser->run(
			'return [
				getSelection().toString(), document.querySelector( ".wbd-scroll" ).scrollLeft,
				Math.round( document.getElementById( "wbd-clients" ).getBoundingClientRect().top ),
				document.activeElement.id, document.activeElement.value,
				document.querySelector( "#wbd-lag details" ).open, window.isStillThere
			];'
		);
		$this->assertEqualsWithDelta( $before[2], $after[2], 1, 'pixels' );
		unset( $before[2], $after[2] );
		$this->assertSame( [ ...$before, 'wbd-client', 'wiki', true, true ], array_values( $after ) );
		$this->assertFlawless();
	}

	public function test_nothing_is_renewed_while_nobody_looks_or_wants_it(): void {
		$this->dispatchOnce();
		$this->open();
		$looks = 'return performance.getEntriesByType( "resource" )
			.filter( ( { name } ) => name.includes( "live=1" ) ).length';
		self::$browser->waitFor( fn () => self::$browser->run( $looks ) > 0 ?: null, 'the first renewal' );
		self::$browser->click( '.wbd-pause' );
		$this->assertSame( 'true', self::$browser->run(
			'return document.querySelector( ".wbd-pause" ).getAttribute( "aria-pressed" )'
		) );
		$before = self::$browser->run( $looks );
		sleep( self::SOME_LOOKS );
		$this->assertSame( $before, self::$browser->run( $looks ), 'while it is paused' );
		self::$browser->click( '.wbd-pause' );
		self::$browser->waitFor( fn () => self::$browser->run( $looks ) > $before ?: null, 'the next renewal' );
		$hide = 'Object.defineProperty( document, "hidden", { value: arguments[0], configurable: true } );
			document.dispatchEvent( new Event( "visibilitychange" ) );';
		self::$browser->run( $hide, true );
		sleep( 1 );
		$before = self::$browser->run( $looks );
		sleep( self::SOME_LOOKS );
		$this->assertSame( $before, self::$browser->run( $looks ), 'while it is hidden' );
		self::$browser->run( $hide, false );
		self::$browser->waitFor( fn () => self::$browser->run( $looks ) > $before ?: null, 'what is seen again' );
		$this->assertFlawless();
	}

	public function test_without_a_script_a_link_loads_the_page_again(): void {
		$this->dispatchOnce();
		self::$browser->allowScripts( false );
		$this->open( [ 'client' => 'wiki' ] );
		$this->assertSame( 'Reload', self::$browser->text( '.wbd-reload' ) );
		self::$browser->click( '.wbd-reload' );
		$this->assertStringContainsString( 'client=wiki', self::$browser->address() );
		$this->assertSame( '', self::$browser->text( '.wbd-pause' ), 'a switch would do nothing' );
	}

	public function test_whatever_can_be_clicked_is_large_enough_for_a_finger(): void {
		$this->haveClients( self::MANY );
		$this->haveHistory( 'enwiki' );
		$this->haveAQueueUnreachable();
		foreach ( [ [ ...self::WIDE, false ], [ ...self::PHONE, true ] ] as $screen ) {
			self::$browser->resize( ...$screen );
			foreach ( [ 'vector-2022', 'minerva' ] as $skin ) {
				$this->open( [ 'useskin' => $skin ] );
				$this->assertSame( [], self::$browser->run(
					'return [ ...document.querySelectorAll( ".wbd-status :is( a, button, input, select, summary )" ) ]
						.filter( ( target ) => target.offsetParent && target.type !== "hidden" )
						.map( ( target ) => [ target.outerHTML, target.getBoundingClientRect() ] )
						.filter( ( [ , { width, height } ] ) => Math.min( width, height ) < arguments[0] )
						.map( ( [ html, { width, height } ] ) => `${ width } × ${ height }: ${ html }` );',
					self::TARGET
				), $skin );
			}
		}
	}

	public function test_a_long_name_does_not_push_the_table_off_a_phone(): void {
		$name = str_repeat( 'long_', 12 ) . 'wiki';
		$this->farm->setSettings( [ 'localClientDatabases' => [ ...Farm::WIKIS, $name ], 'gapGrace' => 0 ] );
		$this->lag();
		self::$browser->resize( ...[ ...self::PHONE, true ] );
		foreach ( [ 'minerva', 'vector-2022' ] as $skin ) {
			$this->open( [ 'useskin' => $skin ] );
			$this->assertContains( $name, array_map( 'trim', self::$browser->texts( '.wbd-table tbody th' ) ), $skin );
			$this->assertLessThan( self::PHONE[0] * 0.7, self::$browser->run(
				'return document.querySelector( ".wbd-table tbody th" ).getBoundingClientRect().width;'
			), $skin );
			$this->assertSame( self::PHONE[0], self::$browser->run(
				'return Math.max( document.documentElement.scrollWidth, innerWidth )'
			), $skin );
			$this->assertFlawless();
		}
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
				headline: style( ".wbd-headline > div" ).backgroundColor,
				text: style( ".wbd-headline p" ).color,
				stuck: style( ".wbd-stuck" ).color,
				worst: style( ".wbd-line[class*=wbd-client-]" ).stroke,
				median: style( ".wbd-line.wbd-median" ).stroke
			};'
		);
	}
}
