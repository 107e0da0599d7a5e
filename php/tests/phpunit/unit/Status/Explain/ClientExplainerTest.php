<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ClientExplainer;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusDocument;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\EnglishText;
use PHPUnit\Framework\TestCase;
use WikibaseDispatch\Dispatcher;

/**
 * What is said of a client in each condition that it can be in.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Explain\ClientExplainer
 */
class ClientExplainerTest extends TestCase {

	private const NOW = SampleStatus::NOW;

	private ?string $heldLock = null;

	/**
	 * @dataProvider provideConditions
	 */
	public function test_each_condition_says_what_is_waited_for( string $condition, array $facts, string $says ): void {
		$this->assertStringContainsString( $says, $this->explain( SampleStatus::client( $condition, ...$facts ) ) );
	}

	public static function provideConditions(): iterable {
		yield [ 'up-to-date', [ 'pending' => 0 ], 'Status: up to date. No changes are waiting for it.' ];
		yield [ 'due', [], 'Status: queued. The next dispatch job serves it.' ];
		yield [ 'not-due', [ 'dueAt' => self::NOW + 40 ], 'Status: batching. Changes are collected until ' ];
		yield [ 'not-due', [ 'dueAt' => self::NOW + 40 ], '2027-01-15 08:00:40 UTC (in 40 s)' ];
		yield [
			'claimed',
			[ 'claimedUntil' => self::NOW + 280 ],
			'Status: running. A job is serving it. If that job dies, another one takes over at ' .
			'2027-01-15 08:04:40 UTC (in 4 min 40 s).'
		];
		yield [
			'failing',
			[ 'restingUntil' => self::NOW + 8, 'failures' => 4 ],
			'Status: failing, will retry. Dispatching to enwiki has failed 4 times in a row. The next attempt is at ' .
			'2027-01-15 08:00:08 UTC (in 8 s), by a job or by CatchUp.php.'
		];
		yield [
			'failing', [ 'failures' => 1 ], 'Dispatching to enwiki has failed once. The next dispatch job tries again.'
		];
		yield [
			'failing', [ 'failures' => 1, 'lastError' => 'DBQueryError 1146' ], 'Last error: DBQueryError 1146.'
		];
		yield [
			'lock-held',
			[ 'claimedUntil' => self::NOW + 9 ],
			'Status: blocked by lock. enwiki is locked by another process that is making no progress. If the lock is ' .
			'not released, another job takes over at 2027-01-15 08:00:09 UTC (in 9 s).'
		];
		yield [ 'lock-held', [], 'enwiki is locked by another process that is making no progress.' ];
		$pass = static fn ( int $first, int $upto, int $tries ) => [
			'first' => $first, 'upto' => $upto, 'tries' => $tries,
			'since' => self::NOW - 600, 'sent' => self::NOW - 300,
		];
		$receipts = [
			'handled' => 60,
			'reported' => self::NOW - 60,
			'isIdle' => true,
			'failure' => null,
			'unhandled' => [ $pass( 61, 65, 0 ), $pass( 66, 66, 1 ), $pass( 67, 70, 2 ) ],
		];
		yield [
			'unhandled',
			[ 'receipts' => $receipts ],
			'All changes were sent to it. It has handled all changes up to ID 60, and last reported 1 min ago. ' .
			'No notifications are waiting in its job queue: they were lost or given up there, and are sent again. ' .
			'Not handled: changes 61–65 (sent 10 min ago), change 66 (sent 10 min ago, and again once, most recently ' .
			'5 min ago), changes 67–70 (sent 10 min ago, and again 2 times, most recently 5 min ago).'
		];
		$why = static fn ( array $report ) => [ 'unhandled', [ 'receipts' => $report + $receipts ] ];
		$waiting = '1 min ago. Notifications are waiting in its job queue. Not handled: ';
		yield [ ...$why( [ 'isIdle' => false ] ), $waiting ];
		yield [ ...$why( [ 'isIdle' => null ] ), '1 min ago. Not handled: ' ];
		yield [
			...$why( [ 'reported' => self::NOW - 500 ] ),
			'It has not reported since the last notification was sent: probably nothing runs its jobs. Not handled: '
		];
		yield [
			...$why( [ 'failure' => 'DBQueryError' ] ),
			'1 min ago. A notification failed there with DBQueryError; the log of that wiki has the details. ' .
			'Not handled: '
		];
		yield [ 'disabled', [], 'To enable it, run maintenance/EnableClient.php enwiki.' ];
		yield [
			'not-ours', [ 'rollout' => 'off' ], 'Its rollout is off, so Wikibase’s own dispatching serves it.'
		];
		yield [ 'refused', [], 'Status: configuration error. Correct localClientDatabases. Until then, this client' ];
		yield [ 'refused', [ 'lastError' => 'it has no database' ], 'Last error: it has no database.' ];
		yield [ 'uninitialised', [], 'Status: not started yet. It was added to the configuration' ];
		yield [ 'due', [ 'rollout' => 'shadow' ], 'WikibaseDispatch sends it nothing' ];
		yield [ 'due', [ 'rollout' => 'leaving' ], 'It is leaving' ];
	}

	public function test_no_condition_is_left_out(): void {
		$told = array_column( iterator_to_array( self::provideConditions(), false ), 0 );
		$this->assertSame(
			[ 'gap' ], array_values( array_diff( StatusDocument::CONDITIONS, $told ) ), 'it has a test of its own'
		);
	}

	public function test_it_says_where_the_client_is(): void {
		$this->assertStringContainsString(
			'enwiki has seen all changes up to ID 70. 20 more can be dispatched, up to ID 90. The oldest undelivered ' .
			'change is 5 min old. Last dispatched: 1 min 30 s ago.',
			$this->explain( SampleStatus::client( 'due' ) )
		);
	}

	public function test_a_gap_is_named_by_its_ids_and_its_age(): void {
		$client = SampleStatus::client( 'gap', pending: 0 );
		$held = [ 'first' => 91, 'last' => 91, 'since' => self::NOW - 600, 'isHeld' => true ];
		$this->assertStringContainsString(
			'Status: blocked by open transaction. An uncommitted transaction holds change ID 91, which blocks all ' .
			'later changes. It has been open for at least 10 min.',
			$this->explain( $client, gap: $held )
		);
		$young = [ 'first' => 91, 'last' => 94, 'since' => null, 'isHeld' => false ];
		$this->assertStringContainsString(
			'Change IDs 91–94 have been missing only for a moment, so a transaction may still commit them (gapGrace).',
			$this->explain( $client, gap: $young )
		);
	}

	public function test_g11_a_lock_that_somebody_holds_is_named_for_whoever_can_look_it_up(): void {
		$this->heldLock = 'Wikibase.repowiki.dispatchChanges.enwiki';
		$this->assertStringContainsString(
			"SELECT IS_USED_LOCK('Wikibase.repowiki.dispatchChanges.enwiki')",
			$this->explain( SampleStatus::client( 'due' ) )
		);
	}

	public function test_the_state_of_the_farm_is_said_where_it_is_not_healthy(): void {
		$client = SampleStatus::client( 'due' );
		$this->assertStringNotContainsString( 'Overall status', $this->explain( $client ) );
		$text = $this->explain(
			$client, health: Health::Stuck, reason: 'no-runner', reasonParams: [ 'seconds' => 1200, 'waiting' => 30 ]
		);
		$this->assertStringContainsString(
			'Overall status: stuck (no-runner). No dispatch job has run recently. 30 changes are waiting, the oldest ' .
			'for 20 min. Make sure that a job runner runs',
			$text
		);
	}

	public function test_a_client_that_nobody_knows_is_refused(): void {
		$this->expectException( RefusedException::class );
		$this->explainer( SampleStatus::farm( [] ) )->explain( 'nowiki' );
	}

	private function explain( ClientStatus $client, mixed ...$farm ): string {
		return implode( "\n", array_map(
			EnglishText::words()->paragraph( ... ),
			$this->explainer( SampleStatus::farm( [ $client ], ...$farm ) )->explain( 'enwiki' )
		) );
	}

	private function explainer( FarmStatus $status ): ClientExplainer {
		$reader = $this->createMock( StatusReader::class );
		$reader->method( 'read' )->willReturn( $status );
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'heldLock' )->willReturnCallback( fn () => $this->heldLock );
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'dispatcher' )->willReturn( $dispatcher );
		return new ClientExplainer( $reader, $native );
	}
}
