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
use PHPUnit\Framework\TestCase;
use WikibaseDispatch\Dispatcher;

/**
 * What is said of a client in each condition that it can be in.
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
		yield [ 'up-to-date', [ 'pending' => 0 ], 'Nothing waits for it.' ];
		yield [ 'due', [], 'It is due: whoever runs the next job of the repo serves it.' ];
		yield [ 'not-due', [ 'dueAt' => self::NOW + 40 ], 'rests between two passes' ];
		yield [ 'not-due', [ 'dueAt' => self::NOW + 40 ], '2027-01-15 08:00:40 UTC, in 40 s' ];
		yield [
			'claimed',
			[ 'claimedUntil' => self::NOW + 280 ],
			'A runner holds its claim, until 2027-01-15 08:04:40 UTC, in 4 min 40 s'
		];
		yield [
			'resting',
			[ 'restingUntil' => self::NOW + 8, 'failures' => 4 ],
			'Its last passes failed, 4 in a row. It is tried again at 2027-01-15 08:00:08 UTC, in 8 s'
		];
		yield [
			'resting', [ 'failures' => 1, 'lastError' => 'DBQueryError 1146' ], 'The last error: DBQueryError 1146.'
		];
		yield [
			'lock-held',
			[ 'claimedUntil' => self::NOW + 9 ],
			'Somebody holds its claim, until 2027-01-15 08:00:09 UTC, in 9 s, and has done nothing with it'
		];
		yield [ 'lock-held', [], 'Somebody holds its lock.' ];
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
			'It was sent everything, and has handled everything up to change 60. It reported 1 min ago. ' .
			'No notification waits in its queue: they were lost or given up there, and are sent again. Not handled: ' .
			'changes 61 to 65, sent 10 min ago; change 66, sent 10 min ago, and once more 5 min ago; ' .
			'changes 67 to 70, sent 10 min ago, and 2 times more, the last 5 min ago.'
		];
		$why = static fn ( array $report ) => [ 'unhandled', [ 'receipts' => $report + $receipts ] ];
		yield [ ...$why( [ 'isIdle' => false ] ), '1 min ago. Notifications wait in its queue. Not handled: ' ];
		yield [ ...$why( [ 'isIdle' => null ] ), '1 min ago. Not handled: ' ];
		yield [
			...$why( [ 'reported' => self::NOW - 500 ] ),
			'Nothing was heard since it was sent something last: probably nobody runs its jobs. Not handled: '
		];
		yield [
			...$why( [ 'failure' => 'DBQueryError' ] ),
			'1 min ago. A notification failed there with DBQueryError; its log says more. Not handled: '
		];
		yield [ 'disabled', [], 'EnableClient.php enwiki has it served again.' ];
		yield [
			'not-ours', [ 'rollout' => 'off' ], "The rollout of enwiki is off: Wikibase's own dispatching serves it"
		];
		yield [ 'refused', [], 'It cannot be served as it is configured, and gets nothing.' ];
		yield [ 'refused', [ 'lastError' => 'it has no database' ], 'The last error: it has no database.' ];
		yield [ 'uninitialised', [], 'No trigger has met it since it was configured' ];
		yield [ 'due', [ 'rollout' => 'shadow' ], 'our passes send nothing' ];
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
			'enwiki has seen everything up to change 70; 20 more can be dispatched, up to 90. The oldest that waits ' .
			'is 5 min old. Its last pass ended: 1 min 30 s ago.',
			$this->explain( SampleStatus::client( 'due' ) )
		);
	}

	public function test_a_gap_is_named_by_its_ids_and_its_age(): void {
		$client = SampleStatus::client( 'gap', pending: 0 );
		$held = [ 'first' => 91, 'last' => 91, 'since' => self::NOW - 600, 'isHeld' => true ];
		$this->assertStringContainsString(
			'It waits at a gap in the ids (change id 91): an edit has taken them and has not ended, for 10 min at ' .
			'least.',
			$this->explain( $client, gap: $held )
		);
		$young = [ 'first' => 91, 'last' => 94, 'since' => null, 'isHeld' => false ];
		$this->assertStringContainsString(
			'(change ids 91 to 94): nobody holds them, but they are missing for so short a time',
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
		$this->assertStringNotContainsString( 'The whole is', $this->explain( $client ) );
		$text = $this->explain(
			$client, health: Health::Stuck, reason: 'no-runner', reasonParams: [ 'seconds' => 1200, 'waiting' => 30 ]
		);
		$this->assertStringContainsString(
			'The whole is stuck (no-runner): Changes wait (30), the oldest for 20 min, and nobody dispatches', $text
		);
	}

	public function test_a_client_that_nobody_knows_is_refused(): void {
		$this->expectException( RefusedException::class );
		$this->explainer( SampleStatus::farm( [] ) )->explain( 'nowiki' );
	}

	private function explain( ClientStatus $client, mixed ...$farm ): string {
		return implode( "\n", $this->explainer( SampleStatus::farm( [ $client ], ...$farm ) )->explain( 'enwiki' ) );
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
