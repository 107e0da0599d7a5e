<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Explain;

use MediaWiki\Extension\WikibaseDispatch\Explain\Reasons;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use PHPUnit\Framework\TestCase;

/**
 * What is said of the whole.
 */
class ReasonsTest extends TestCase {

	/**
	 * @dataProvider provideReasons
	 */
	public function test_each_reason_says_what_it_is_about_and_for_how_long(
		string $reason, array $params, string $says
	): void {
		$status = SampleStatus::farm( [], health: Health::Stuck, reason: $reason, reasonParams: $params );
		$this->assertStringContainsString( $says, Reasons::sentence( $status ) );
	}

	public static function provideReasons(): iterable {
		$late = [ 'client' => 'enwiki', 'seconds' => 900 ];
		yield [ 'none', [], 'Every client is up to date' ];
		yield [ 'lagging', $late, 'the oldest that waits for enwiki is 15 min old' ];
		yield [ 'no-runner', [ 'seconds' => 900, 'waiting' => 7 ], 'Changes wait (7), the oldest for 15 min' ];
		yield [ 'lock-held', $late, 'Somebody holds the lock or the claim of enwiki' ];
		yield [
			'open-gap', [ 'seconds' => 900, 'first' => 7, 'last' => 9 ], '(change ids 7 to 9) keeps back everything'
		];
		yield [ 'queue-unreachable', $late + [ 'failures' => 3 ], 'job queue of enwiki, after 3 failures' ];
		yield [ 'failing', $late + [ 'failures' => 3 ], 'Passes for enwiki fail, 3 in a row' ];
		yield [ 'failing', [ 'client' => '', 'seconds' => 900, 'failures' => 0 ], 'The trigger fails' ];
		yield [ 'one-that-is-new', [], 'one-that-is-new' ];
	}
}
