<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\AudienceGroup;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\AudienceMember;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\AudienceState;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ChangeExplainer;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\EntityChanges;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\FoundChanges;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Sentence;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\EnglishText;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;
use WikibaseDispatch\ChangeAudience;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\Listener;

/**
 * What is said of a change, and of the clients that are notified of it.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Explain\ChangeExplainer
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

	public function test_every_client_is_named_with_the_reason_and_whether_it_was_notified(): void {
		$this->listeners = [
			$this->listener( 'dewiki', false, true, 39 ),
			$this->listener( 'enwiki', true, false, 40 ),
			$this->listener( 'frwiki', true, true, null ),
			$this->listener( 'svwiki', true, false, 3, true ),
		];
		$this->assertSame( [
			'dewiki (its site link changes): not delivered yet (it has seen all changes up to ID 39).',
			'enwiki (subscribed to Q42): delivered, or skipped when the client was set forward (it has seen all ' .
				'changes up to ID 40).',
			'frwiki (subscribed to Q42, and its site link changes): will be notified once a dispatch job has started ' .
				'with it.',
			'svwiki (subscribed to Q42): not delivered, because the client is disabled; it will be if the client is ' .
				'enabled after an earlier change.',
			'According to the current subscriptions, no other client is notified.',
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
		$told = 'enwiki (subscribed to Q42): sent at 2027-01-15 08:00:00 UTC';
		$this->assertSame( [
			'dewiki (subscribed to Q42): handled, as reported at 2027-01-15 08:05:00 UTC, or skipped when the client ' .
				'was set forward.',
			"$told, not handled yet.",
			"$told and again once, most recently at 2027-01-15 08:10:00 UTC; not handled yet.",
			"$told and again 2 times, most recently at 2027-01-15 08:10:00 UTC; not handled yet.",
		], array_map( fn ( Listener $listener ) => $this->explainOne( $listener ), $this->listeners ) );
	}

	public function test_wikibases_clients_and_those_of_nobody_are_told_apart(): void {
		$this->strangers = [ 'enwiki', 'nowiki' ];
		$text = implode( "\n", $this->explain( 40 ) );
		$this->assertStringContainsString(
			'enwiki is subscribed to Q42 or linked by it, but its rollout is off', $text
		);
		$this->assertStringContainsString(
			'nowiki is subscribed to Q42 or linked by it, but is not a client of this wiki', $text
		);
	}

	public function test_a_client_that_is_only_watched_is_told_by_wikibase(): void {
		$this->rollout = [ 'default' => 'on', 'enwiki' => 'shadow' ];
		$this->listeners = [ $this->listener( 'enwiki', true, false, 3 ) ];
		$this->assertStringContainsString(
			'delivered by Wikibase’s own dispatching, because its rollout is shadow', $this->explain( 40 )[1]
		);
	}

	public function test_one_client_can_be_asked_about(): void {
		$this->listeners = [ $this->listener( 'dewiki', true, false, 3 ), $this->listener( 'enwiki', true, false, 3 ) ];
		$this->assertCount( 2, $this->explain( 40, 'enwiki' ) );
		$this->assertStringStartsWith( 'enwiki (subscribed', $this->explain( 40, 'enwiki' )[1] );
		$this->assertSame(
			'frwiki is not notified: it is not subscribed to Q42, and its site link does not change.',
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
		$this->assertStringStartsWith( 'It became visible after dispatching had passed its ID', $sentences[1] );
		$this->assertStringContainsString( 'was found at 2027-01-15 08:00:00 UTC', $sentences[1] );
		$this->assertStringContainsString( 'delivered, or about to be', $sentences[2] );
		$this->assertStringContainsString( 'not delivered yet', $sentences[3] );
	}

	public function test_g7_a_change_behind_the_horizon_waits(): void {
		$this->assertStringContainsString(
			'no change after 50 is dispatched until it ends', $this->explain( 55 )[1]
		);
	}

	public function test_a_change_that_concerns_no_client_says_so(): void {
		$this->assertSame(
			'No client is notified: none is subscribed to Q42, and no client’s site link changes.',
			$this->explain( 40 )[1]
		);
	}

	public function test_a_change_that_is_not_there_says_why(): void {
		$this->assertStringContainsString( 'pruned after every client had seen it', $this->explain( 1 )[0] );
		$this->assertStringContainsString( 'its transaction may still be open', $this->explain( 53 )[0] );
		$this->assertStringContainsString(
			'no change 61 yet; the newest is 60', $this->explain( 61 )[0]
		);
	}

	public function test_g13_an_error_that_may_quote_the_change_is_not_shown_to_everybody(): void {
		$this->whyBad = 'invalid type: string "secret"';
		$public = implode( "\n", self::texts( $this->explainer()->explain( 40, null )->sentences() ) );
		$this->assertStringNotContainsString( 'secret', $public );
		$this->assertStringContainsString( 'ExplainDispatch.php names the error.', $public );
	}

	public function test_many_clients_are_grouped_and_counted_and_only_some_are_named(): void {
		for ( $i = 0; $i < 900; $i++ ) {
			$this->listeners[] = $this->listener( "c{$i}wiki", true, false, $i < 850 ? 40 : 3 );
		}
		$sentences = $this->explain( 40 );
		$this->assertCount( 1 + 2 * 12 + 1, $sentences );
		$this->assertSame( 'Not delivered yet: 50 clients', $sentences[1] );
		$this->assertSame( '… and 40 more', $sentences[12] );
		$this->assertSame( 'Delivered: 850 clients', $sentences[13] );
		$this->assertSame( '… and 840 more', $sentences[24] );
	}

	public function test_every_state_of_a_client_has_a_title(): void {
		foreach ( AudienceState::cases() as $state ) {
			$member = new AudienceMember( 'enwiki', $state, Sentence::of( 'explain-linked' ) );
			[ $group ] = AudienceGroup::of( [ $member ], 1 );
			$this->assertStringEndsWith(
				$state === AudienceState::NoClient ? ': one wiki' : ': one client',
				self::texts( [ $group->title() ] )[0]
			);
		}
	}

	public function test_the_changes_of_an_entity_come_newest_first_with_how_far_was_searched(): void {
		$says = fn ( FoundChanges $found ) => self::texts(
			$this->explainer( $found )->explainEntity( 'Q42', null )->sentences()
		);
		$all = $says( new FoundChanges( [ 55, 40 ], false, null ) );
		$this->assertStringStartsWith( '2 changes of Q42 are in the change buffer, newest first.', $all[0] );
		$this->assertSame( [ 'Change 55: ', 'Change 40: ' ], array_values( array_map(
			static fn ( string $sentence ) => substr( $sentence, 0, 11 ), preg_grep( '/^Change /', $all )
		) ) );
		$this->assertSame(
			'The newest change of Q42 in the change buffer. There are earlier ones.',
			$says( new FoundChanges( [ 40 ], true, null ) )[0]
		);
		$none = $says( new FoundChanges( [], false, 7000 ) );
		$this->assertStringStartsWith( 'No change of Q42 is in the change buffer.', $none[0] );
		$this->assertStringStartsWith( 'Only changes after ID 7000 were searched', $none[1] );
	}

	private function explain( int $changeId, ?string $only = null ): array {
		return self::texts( $this->explainer()->explain( $changeId, $only, true )->sentences() );
	}

	/**
	 * @param list<Sentence> $sentences
	 * @return list<string>
	 */
	private static function texts( array $sentences ): array {
		return array_map( EnglishText::words()->text( ... ), $sentences );
	}

	private function explainer( ?FoundChanges $found = null ): ChangeExplainer {
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
		$changes = $this->createMock( EntityChanges::class );
		$changes->method( 'newest' )->willReturn( $found ?? new FoundChanges( [], false, null ) );
		return new ChangeExplainer( $native, $settings, $store, $changes );
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
