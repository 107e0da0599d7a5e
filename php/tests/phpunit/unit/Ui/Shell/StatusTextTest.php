<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
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
			Stuck (queue-unreachable): Notifications cannot be pushed to the job queue of enwiki, after 3 failures; its oldest change has waited for 5 min.
			2027-01-15 08:00:00 UTC: 30 waiting, horizon 90, newest 100, 12.3 a minute in, 0 a minute delivered, median lag 12 s

			client                         lag   changes  last pass       rollout  format         state
			enwiki                       5 min        20  1 min 30 s ago  on       native         resting for 8 s, failures: 3, last: push: DBQueryError 1146
			dewiki                  1 min 10 s         2  1 min 30 s ago  on       -              not-due for 40 s
			frwiki                         0 s         0  1 min 30 s ago  on       entity-change  up-to-date
			a_long_name_for_a_wiki           -         -  -               off      -              not-ours

			END,
			StatusText::of( $status )
		);
		// phpcs:enable
	}

	public function test_where_there_is_no_room_the_least_lagged_are_counted_only(): void {
		$clients = array_map(
			static fn ( int $n ) => SampleStatus::client( 'due', siteId: "wiki$n" ), range( 1, 30 )
		);
		$lines = explode( "\n", rtrim( StatusText::of( SampleStatus::farm( $clients ), 12 ) ) );
		$this->assertCount( 11, $lines );
		$this->assertStringStartsWith( 'wiki1 ', $lines[4] );
		$this->assertSame( '… and 24 more that lag less', $lines[10] );
		$this->assertCount( 11, explode( "\n", rtrim( StatusText::of( SampleStatus::farm( $clients ), 12, 20 ) ) ) );
	}

	public function test_warnings_and_late_changes_stand_above_the_clients_whatever_the_verdict(): void {
		$status = SampleStatus::farm(
			[ SampleStatus::client( 'up-to-date' ) ],
			warnings: [ 'no-ledger' ],
			lateChanges: [ [ 'id' => 7, 'found' => self::NOW ] ]
		);
		$lines = explode( "\n", StatusText::of( $status ) );
		$this->assertStringStartsWith( 'Healthy (none): ', $lines[0] );
		$this->assertStringStartsWith( 'Attention (no-ledger): ', $lines[2] );
		$this->assertStringContainsString( 'became visible late', $lines[3] );
		$this->assertSame( '', $lines[4] );
		$this->assertStringStartsWith( 'enwiki ', $lines[6] );
		$narrow = explode( "\n", rtrim( StatusText::of( $status, 12, 40 ) ) );
		$this->assertLessThanOrEqual( 12, count( $narrow ) - 1, 'what is wrapped takes rows, too' );
	}

	public function test_a_repo_without_clients_has_no_rows(): void {
		$this->assertCount( 5, explode( "\n", StatusText::of( SampleStatus::farm( [] ) ) ) );
	}
}
