<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\EnglishText;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain\SampleStatus;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\ClientChoice;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Line;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusText;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Style;
use PHPUnit\Framework\TestCase;

/**
 * The status as somebody reads it at a terminal.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusText
 */
class StatusTextTest extends TestCase {

	private const NOW = SampleStatus::NOW;

	public function test_the_headline_comes_first_and_then_every_client(): void {
		$clients = [
			SampleStatus::client(
				'failing', restingUntil: self::NOW + 8, failures: 3, lastError: 'push: DBQueryError 1146',
				format: 'native'
			),
			SampleStatus::client( 'not-due', siteId: 'dewiki', dueAt: self::NOW + 40, lagSeconds: 70, pending: 2 ),
			SampleStatus::client( 'up-to-date', siteId: 'frwiki', lagSeconds: 0, pending: 0, format: 'entity-change' ),
			new ClientStatus( 'a_long_name_for_a_wiki', 'x', 'off', ClientStatus::NOT_OURS ),
		];
		$status = SampleStatus::farm(
			$clients, health: Health::Stuck, reason: 'queue-unreachable', reasonClient: 'enwiki',
			reasonParams: [ 'client' => 'enwiki', 'seconds' => 300, 'failures' => 3 ],
			changesPerMinuteIn: 12.34, deliveredPerMinute: 0.0
		);
		// phpcs:disable Generic.Files.LineLength -- It is as long as a terminal lets it be.
		$this->assertSame( <<<'END'
			Stuck (queue-unreachable): Cannot push to the job queue of enwiki (3 attempts failed). Retries are automatic and no changes are lost. See the last error. If the wiki is closed, disable this client: maintenance/DisableClient.php enwiki
			2027-01-15 08:00:00 UTC: 30 undelivered, safe to dispatch up to change 90 of 100, 12.3/min in, 0/min delivered, median lag 12 s

			Client                         Lag  Undelivered  Last dispatched  Rollout  Format         Status
			enwiki                       5 min           20  1 min 30 s ago   on       native         failing, will retry; next attempt in 8 s; failures in a row: 3; last error: push: DBQueryError 1146
			dewiki                  1 min 10 s            2  1 min 30 s ago   on       -              batching; due in 40 s
			frwiki                         0 s            0  1 min 30 s ago   on       entity-change  up to date
			a_long_name_for_a_wiki           -            -  -                off      -              handled by Wikibase

			END,
			implode( "\n", self::lines( $status ) ) . "\n"
		);
		// phpcs:enable
	}

	public function test_where_there_is_no_room_the_least_lagged_are_counted_only(): void {
		$clients = array_map(
			static fn ( int $n ) => SampleStatus::client( 'due', siteId: "wiki$n" ), range( 1, 30 )
		);
		$lines = self::lines( SampleStatus::farm( $clients ), rows: 12 );
		$this->assertCount( 11, $lines );
		$this->assertStringStartsWith( 'wiki1 ', $lines[4] );
		$this->assertSame( '… and 24 more that lag less', $lines[10] );
		$this->assertCount( 11, self::lines( SampleStatus::farm( $clients ), rows: 12, columns: 80 ) );
		$this->assertCount( 11, self::lines( SampleStatus::farm( array_slice( $clients, 0, 7 ) ), rows: 12 ) );
	}

	public function test_on_a_terminal_the_last_error_is_below_where_it_is_not_cut_off(): void {
		$failing = static fn ( int $n ) => SampleStatus::client(
			'failing', siteId: "wiki$n", failures: 3, lastError: 'push: DBQueryError 1146'
		);
		$status = SampleStatus::farm( array_map( $failing, range( 1, 5 ) ) );
		$lines = self::lines( $status, rows: 12, columns: 80 );
		$this->assertStringEndsWith( 'failing, will retry; failures in a row: 3', $lines[5] );
		$this->assertSame( '    last error: push: DBQueryError 1146', $lines[6] );
		$this->assertSame( '… and 3 more that lag less', end( $lines ) );
		$this->assertLessThan( 12, count( $lines ) );
	}

	public function test_colours_tell_the_verdict_and_the_clients_in_trouble(): void {
		$clients = [
			SampleStatus::client( 'failing', failures: 1, trouble: 'failing' ),
			SampleStatus::client( 'due', siteId: 'dewiki', trouble: 'lagging' ),
		];
		foreach ( [ 'healthy' => Style::Good, 'lagging' => Style::Doubtful, 'stuck' => Style::Bad ] as $of => $style ) {
			$status = SampleStatus::farm( $clients, health: Health::from( $of ) );
			$lines = ( new StatusText( EnglishText::words() ) )->lines( $status, new ClientChoice() );
			$this->assertSame( $style, $lines[0]->style );
			$this->assertSame( [ Style::Bad, Style::Plain ], [ $lines[4]->style, $lines[5]->style ] );
		}
	}

	public function test_only_the_clients_that_are_asked_for_are_shown(): void {
		$clients = [
			SampleStatus::client( 'failing', siteId: 'a', failures: 1, trouble: 'failing' ),
			SampleStatus::client( 'due', siteId: 'b', isStalled: true, trouble: 'stuck' ),
			SampleStatus::client( 'due', siteId: 'c', trouble: 'lagging' ),
			SampleStatus::client( 'up-to-date', siteId: 'd' ),
			new ClientStatus( 'e', '', 'on', ClientStatus::REFUSED ),
		];
		$shown = static fn ( ClientChoice $choice ) => array_map(
			static fn ( string $line ) => trim( substr( $line, 0, 7 ) ),
			array_slice( self::lines( SampleStatus::farm( $clients ), $choice ), 4 )
		);
		$this->assertSame( [ 'a', 'b', 'c', 'd', 'e' ], $shown( new ClientChoice() ) );
		$this->assertSame( [ 'a', 'b', 'e' ], $shown( new ClientChoice( onlyProblems: true ) ) );
		$this->assertSame( [ 'b', 'c' ], $shown( new ClientChoice( condition: 'due' ) ) );
		$limited = self::lines( SampleStatus::farm( $clients ), new ClientChoice( true, limit: 1 ) );
		$this->assertStringStartsWith( 'a ', $limited[4] );
		$this->assertSame( [ '… and 2 more that lag less' ], array_slice( $limited, 5 ) );
		$this->assertSame(
			[ 'No client matches.' ],
			array_slice( self::lines( SampleStatus::farm( $clients ), new ClientChoice( condition: 'gap' ) ), 4 )
		);
	}

	public function test_warnings_and_late_changes_stand_above_the_clients_whatever_the_verdict(): void {
		$status = SampleStatus::farm(
			[ SampleStatus::client( 'up-to-date' ) ],
			warnings: [ 'no-ledger' ],
			lateChanges: [ [ 'id' => 7, 'found' => self::NOW ] ]
		);
		$lines = self::lines( $status );
		$this->assertStringStartsWith( 'Healthy (none): ', $lines[0] );
		$this->assertStringStartsWith( 'Warning (no-ledger): ', $lines[2] );
		$this->assertStringContainsString( 'became visible late', $lines[3] );
		$this->assertSame( '', $lines[4] );
		$this->assertStringStartsWith( 'enwiki ', $lines[6] );
		$narrow = self::lines( $status, rows: 16, columns: 40 );
		$this->assertLessThan( 16, count( $narrow ), 'what is wrapped takes rows, too' );
	}

	public function test_a_repo_without_clients_has_no_rows(): void {
		$this->assertCount( 4, self::lines( SampleStatus::farm( [] ) ) );
	}

	/**
	 * @return list<string>
	 */
	private static function lines(
		FarmStatus $status, ClientChoice $choice = new ClientChoice(), int ...$size
	): array {
		$lines = ( new StatusText( EnglishText::words() ) )->lines( $status, $choice, ...$size );
		return array_map( static fn ( Line $line ) => $line->text, $lines );
	}
}
