<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Reasons;
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
		$gap = [ 'seconds' => 900, 'first' => 7, 'last' => 9 ];
		yield [ 'open-gap', $gap, '(change ids 7 to 9) keeps back everything' ];
		yield [ 'open-gap', $gap + [ 'holder' => 'unknown' ], 'If trx_mysql_thread_id is 0' ];
		yield [ 'open-gap', $gap + [ 'holder' => 'session' ], 'INNODB_TRX, and KILL it' ];
		yield [ 'open-gap', $gap + [ 'holder' => 'prepared' ], 'XA ROLLBACK or XA COMMIT ends it; KILL does not' ];
		yield [ 'queue-unreachable', $late + [ 'failures' => 3 ], 'job queue of enwiki, after 3 failures' ];
		yield [ 'failing', $late + [ 'failures' => 3 ], 'Passes for enwiki fail, 3 in a row' ];
		yield [ 'failing', [ 'client' => '', 'seconds' => 900, 'failures' => 0 ], 'The trigger fails' ];
		$why = [ 'client' => 'enwiki', 'why' => 'it has no database' ];
		yield [ 'client-refused', $why, 'enwiki cannot be served: it has no database.' ];
		yield [ 'one-that-is-new', [], 'one-that-is-new' ];
	}
}
