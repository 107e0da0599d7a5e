<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\EnglishText;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain\SampleStatus;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusText;
use PHPUnit\Framework\TestCase;

/**
 * The status as somebody reads it at a terminal.
 */
class StatusTextTest extends TestCase {

	private const NOW = SampleStatus::NOW;

	public function test_the_headline_comes_first_and_then_every_client(): void {
		$clients = [
			SampleStatus::client(
				'resting', restingUntil: self::NOW + 8, failures: 3, lastError: 'push: DBQueryError 1146',
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
			self::text( $status )
		);
		// phpcs:enable
	}

	public function test_where_there_is_no_room_the_least_lagged_are_counted_only(): void {
		$clients = array_map(
			static fn ( int $n ) => SampleStatus::client( 'due', siteId: "wiki$n" ), range( 1, 30 )
		);
		$lines = explode( "\n", rtrim( self::text( SampleStatus::farm( $clients ), 12 ) ) );
		$this->assertCount( 11, $lines );
		$this->assertStringStartsWith( 'wiki1 ', $lines[4] );
		$this->assertSame( '… and 24 more that lag less', $lines[10] );
		$this->assertCount( 11, explode( "\n", rtrim( self::text( SampleStatus::farm( $clients ), 12, 20 ) ) ) );
	}

	public function test_warnings_and_late_changes_stand_above_the_clients_whatever_the_verdict(): void {
		$status = SampleStatus::farm(
			[ SampleStatus::client( 'up-to-date' ) ],
			warnings: [ 'no-ledger' ],
			lateChanges: [ [ 'id' => 7, 'found' => self::NOW ] ]
		);
		$lines = explode( "\n", self::text( $status ) );
		$this->assertStringStartsWith( 'Healthy (none): ', $lines[0] );
		$this->assertStringStartsWith( 'Warning (no-ledger): ', $lines[2] );
		$this->assertStringContainsString( 'became visible late', $lines[3] );
		$this->assertSame( '', $lines[4] );
		$this->assertStringStartsWith( 'enwiki ', $lines[6] );
		$narrow = explode( "\n", rtrim( self::text( $status, 12, 40 ) ) );
		$this->assertLessThanOrEqual( 12, count( $narrow ) - 1, 'what is wrapped takes rows, too' );
	}

	private static function text( FarmStatus $status, int ...$size ): string {
		return ( new StatusText( EnglishText::words() ) )->of( $status, ...$size );
	}

	public function test_a_repo_without_clients_has_no_rows(): void {
		$this->assertCount( 5, explode( "\n", self::text( SampleStatus::farm( [] ) ) ) );
	}
}
