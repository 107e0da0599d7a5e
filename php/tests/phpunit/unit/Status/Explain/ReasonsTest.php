<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Reasons;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\EnglishText;
use PHPUnit\Framework\TestCase;

/**
 * What is said of the whole.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Explain\Reasons
 */
class ReasonsTest extends TestCase {

	/**
	 * @dataProvider provideReasons
	 */
	public function test_each_reason_has_a_cause_and_a_remedy(
		string $reason, array $params, string $cause, string $remedy
	): void {
		$status = SampleStatus::farm(
			[], health: Health::Stuck, reason: $reason, reasonClient: $params['client'] ?? null, reasonParams: $params
		);
		$words = EnglishText::words();
		$this->assertSame( $cause, $words->text( Reasons::cause( $status ) ) );
		$this->assertStringContainsString( $remedy, $words->text( Reasons::remedy( $status ) ) );
	}

	public static function provideReasons(): iterable {
		$late = [ 'client' => 'enwiki', 'seconds' => 900 ];
		yield [
			'lagging', $late, 'enwiki is furthest behind: its oldest undelivered change is 15 min old.',
			'If lag keeps growing, run more wikibase-dispatch-trigger and wikibase-dispatch-client jobs in parallel.'
		];
		yield [
			'no-runner', [ 'seconds' => 900, 'waiting' => 7000 ],
			'No dispatch job has run recently. 7,000 changes are waiting, the oldest for 15 min.',
			'Make sure that a job runner runs the wikibase-dispatch-trigger'
		];
		yield [
			'no-runner', [ 'seconds' => 900, 'waiting' => 1 ],
			'No dispatch job has run recently. One change is waiting, the oldest for 15 min.', 'CatchUp.php'
		];
		yield [
			'lock-held', $late, 'enwiki is locked by another process that is making no progress.',
			'maintenance/ExplainDispatch.php enwiki names the lock.'
		];
		$gap = [ 'seconds' => 900, 'first' => 7000, 'last' => 7002 ];
		$held = 'An uncommitted transaction holds change IDs 7000–7002, which blocks all later changes.';
		yield [ 'open-gap', $gap, $held, 'XA RECOVER if its trx_mysql_thread_id is 0' ];
		yield [ 'open-gap', $gap + [ 'holder' => 'unknown' ], $held, 'commit it, roll it back or kill it' ];
		yield [ 'open-gap', $gap + [ 'holder' => 'session' ], $held, 'end its session with KILL.' ];
		yield [
			'open-gap', $gap + [ 'holder' => 'prepared' ], $held,
			'end it with XA COMMIT or XA ROLLBACK; KILL does not end it.'
		];
		yield [
			'open-gap', [ 'last' => 7000 ] + $gap,
			'An uncommitted transaction holds change ID 7000, which blocks all later changes.', 'INNODB_TRX'
		];
		yield [
			'queue-unreachable', $late + [ 'failures' => 3 ],
			'Cannot push to the job queue of enwiki (3 attempts failed).',
			'Retries are automatic and no changes are lost. See the last error.'
		];
		yield [
			'misconfigured', $late + [ 'error' => 'x: DBConnectionError' ],
			'Cannot push to the job queue of enwiki because of a configuration error: x: DBConnectionError.',
			'Retrying does not help, but no changes are lost.'
		];
		yield [
			'failing', $late + [ 'failures' => 3 ], 'Dispatching to enwiki has failed 3 times in a row.',
			'Retries are automatic'
		];
		yield [
			'failing', $late + [ 'failures' => 1 ], 'Dispatching to enwiki has failed once.', 'Retries are automatic'
		];
		yield [
			'failing', [ 'seconds' => 900, 'failures' => 0 ],
			'The wikibase-dispatch-trigger job is failing. The oldest change has been waiting for 15 min.',
			'The log channel WikibaseDispatch has the error.'
		];
		yield [
			'unhandled', $late,
			'enwiki has not handled the changes in its job queue. The oldest has been waiting for 15 min.',
			'DispatchNotification jobs of that wiki'
		];
		yield [
			'client-refused', [ 'client' => 'enwiki', 'why' => 'it has no database' ],
			'enwiki cannot be served because of a configuration error: it has no database.',
			'Correct localClientDatabases.'
		];
	}

	public function test_a_healthy_farm_needs_no_remedy(): void {
		$status = SampleStatus::farm( [] );
		$this->assertSame(
			'All clients are up to date or will be shortly.', EnglishText::words()->text( Reasons::cause( $status ) )
		);
		$this->assertNull( Reasons::remedy( $status ) );
	}

	public function test_of_a_reason_that_only_a_newer_module_knows_nothing_is_said(): void {
		$status = SampleStatus::farm( [], health: Health::Stuck, reason: 'one-that-is-new' );
		$this->assertSame( '', EnglishText::words()->text( Reasons::cause( $status ) ) );
	}
}
