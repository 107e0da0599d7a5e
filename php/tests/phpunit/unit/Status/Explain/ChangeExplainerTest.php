<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ChangeExplainer;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;
use WikibaseDispatch\ChangeAudience;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\Listener;

/**
 * What is said of a change, and of everybody who hears of it.
 */
class ChangeExplainerTest extends TestCase {

	private const HORIZON = 50;
	private const NEWEST = 60;

	private ?string $whyBad = null;
	private ?int $foundLate = null;
	/** @var list<Listener> */
	private array $listeners = [];
	/** @var list<string> */
	private array $strangers = [];
	private array|string $rollout = 'on';

	public function test_what_the_change_is_comes_first(): void {
		$this->assertSame(
			'Change 40: wikibase-item~update of Q42, revision 8, at 2026-01-31 12:00:00 UTC.', $this->explain( 40 )[0]
		);
	}

	public function test_everybody_is_told_with_the_reason_and_whether_it_has_happened(): void {
		$this->listeners = [
			$this->listener( 'dewiki', false, true, 39 ),
			$this->listener( 'enwiki', true, false, 40 ),
			$this->listener( 'frwiki', true, true, null ),
			$this->listener( 'svwiki', true, false, 3, true ),
		];
		$this->assertSame( [
			'dewiki its site link is changed: it is going to be told (it has seen everything up to 39).',
			'enwiki is subscribed to Q42: it has been told, or was set past it (it has seen everything up to 40).',
			'frwiki is subscribed to Q42, and its site link is changed: it is going to be told when a ' .
				'trigger has met it.',
			'svwiki is subscribed to Q42: it is disabled, and is not told unless it is enabled after an ' .
				'earlier change.',
			'By the subscriptions that there are now, nobody else is told.',
		], array_slice( $this->explain( 40 ), 1 ) );
	}

	public function test_g16_of_a_client_that_gives_receipts_it_is_said_whether_it_has_handled_the_change(): void {
		$this->listeners = [ $this->listener( 'dewiki', true, false, 40 ) ];
		$this->listeners[0]->method( 'isHandled' )->willReturn( true );
		$this->listeners[0]->method( 'reported' )->willReturn( 1800000300 );
		foreach ( [ 0, 1, 2 ] as $tries ) {
			$pass = [ 'first' => 39, 'upto' => 40, 'since' => 1800000000, 'sent' => 1800000600, 'tries' => $tries ];
			$listener = $this->listener( 'enwiki', true, false, 40 );
			$listener->method( 'unhandled' )->willReturn( $pass );
			$this->listeners[] = $listener;
		}
		$told = 'enwiki is subscribed to Q42: it was sent it at 2027-01-15 08:00:00 UTC';
		$this->assertSame( [
			'dewiki is subscribed to Q42: it has handled it, as it said at 2027-01-15 08:05:00 UTC, ' .
				'or was set past it.',
			"$told, and has not handled it.",
			"$told and once more at 2027-01-15 08:10:00 UTC, and has not handled it.",
			"$told and 2 times more, the last at 2027-01-15 08:10:00 UTC, and has not handled it.",
		], array_map( fn ( Listener $listener ) => $this->explainOne( $listener ), $this->listeners ) );
	}

	public function test_wikibases_clients_and_those_of_nobody_are_told_apart(): void {
		$this->strangers = [ 'enwiki', 'nowiki' ];
		$text = implode( "\n", $this->explain( 40 ) );
		$this->assertStringContainsString(
			"enwiki is subscribed to Q42 or linked by it, but its rollout is off", $text
		);
		$this->assertStringContainsString(
			"nowiki is subscribed to Q42 or linked by it, but is no client of this repo", $text
		);
	}

	public function test_a_client_that_is_only_watched_is_told_by_wikibase(): void {
		$this->rollout = [ 'default' => 'on', 'enwiki' => 'shadow' ];
		$this->listeners = [ $this->listener( 'enwiki', true, false, 3 ) ];
		$this->assertStringContainsString(
			"by Wikibase's own dispatching, since its rollout is shadow", $this->explain( 40 )[1]
		);
	}

	public function test_one_client_can_be_asked_about(): void {
		$this->listeners = [ $this->listener( 'dewiki', true, false, 3 ), $this->listener( 'enwiki', true, false, 3 ) ];
		$this->assertCount( 2, $this->explain( 40, 'enwiki' ) );
		$this->assertStringStartsWith( 'enwiki is subscribed', $this->explain( 40, 'enwiki' )[1] );
		$this->assertSame(
			'frwiki is not told: it is neither subscribed to Q42 nor is its site link changed.',
			$this->explain( 40, 'frwiki' )[1]
		);
		$this->expectException( RefusedException::class );
		$this->explain( 40, 'nowiki' );
	}

	public function test_g9_a_change_that_cannot_be_read_says_why(): void {
		$this->whyBad = 'not JSON';
		$this->assertStringContainsString( 'It cannot be read (not JSON)', $this->explain( 40 )[1] );
	}

	public function test_g7b_a_change_that_was_late_says_when_it_was_found(): void {
		$this->foundLate = 1_800_000_000;
		$this->listeners = [
			$this->listener( 'enwiki', true, false, 45 ),
			$this->listener( 'frwiki', true, false, 3 ),
		];
		$sentences = $this->explain( 40 );
		$this->assertStringStartsWith( 'It was late: ', $sentences[1] );
		$this->assertStringContainsString( 'was found at 2027-01-15 08:00:00 UTC', $sentences[1] );
		$this->assertStringContainsString( 'it has been told, or is about to be', $sentences[2] );
		$this->assertStringContainsString( 'it is going to be told', $sentences[3] );
	}

	public function test_g7_a_change_behind_the_horizon_waits(): void {
		$this->assertStringContainsString(
			'nothing behind change 50 is dispatched until then', $this->explain( 55 )[1]
		);
	}

	public function test_a_change_of_which_nobody_hears_says_so(): void {
		$this->assertSame(
			'Nobody is told: no client is subscribed to Q42, and no site link of one changes.', $this->explain( 40 )[1]
		);
	}

	public function test_a_change_that_is_not_there_says_why(): void {
		$this->assertStringContainsString( 'pruned when every client had seen it', $this->explain( 1 )[0] );
		$this->assertStringContainsString( 'its edit may not have ended', $this->explain( 53 )[0] );
		$this->assertStringContainsString(
			'no change 61 yet: the newest that is visible is 60', $this->explain( 61 )[0]
		);
	}

	private function explain( int $changeId, ?string $only = null ): array {
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->method( 'horizon' )->willReturn( self::HORIZON );
		$dispatcher->method( 'audience' )->willReturnCallback(
			fn ( int $id ) => in_array( $id, [ 40, 55 ], true ) ? $this->audience( $id ) : null
		);
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'dispatcher' )->willReturn( $dispatcher );
		$store = $this->createMock( RolloutStore::class );
		$store->method( 'lastChange' )->willReturn( self::NEWEST );
		$settings = new WikiSettings(
			[ 'localClientDatabases' => [ 'dewiki', 'enwiki', 'frwiki', 'svwiki' ], 'rollout' => $this->rollout ],
			[], 'repowiki', new RecordingQueues(), new RecordingLogger()
		);
		return ( new ChangeExplainer( $native, $settings, $store ) )->explain( $changeId, $only );
	}

	private function audience( int $id ): ChangeAudience {
		$audience = $this->createMock( ChangeAudience::class );
		$audience->method( 'changeId' )->willReturn( $id );
		$audience->method( 'changeType' )->willReturn( 'wikibase-item~update' );
		$audience->method( 'time' )->willReturn( '20260131120000' );
		$audience->method( 'entityId' )->willReturn( 'Q42' );
		$audience->method( 'revisionId' )->willReturn( 8 );
		$audience->method( 'whyBad' )->willReturn( $this->whyBad );
		$audience->method( 'foundLate' )->willReturn( $this->foundLate );
		$audience->method( 'listeners' )->willReturn( $this->listeners );
		$audience->method( 'strangers' )->willReturn( $this->strangers );
		return $audience;
	}

	private function explainOne( Listener $listener ): string {
		$this->listeners = [ $listener ];
		return $this->explain( 40 )[1];
	}

	private function listener(
		string $siteId, bool $isSubscribed, bool $isLinked, ?int $seen, bool $isDisabled = false
	): Listener {
		$listener = $this->createMock( Listener::class );
		$listener->method( 'siteId' )->willReturn( $siteId );
		$listener->method( 'isSubscribed' )->willReturn( $isSubscribed );
		$listener->method( 'isLinked' )->willReturn( $isLinked );
		$listener->method( 'seen' )->willReturn( $seen );
		$listener->method( 'isDisabled' )->willReturn( $isDisabled );
		return $listener;
	}
}
