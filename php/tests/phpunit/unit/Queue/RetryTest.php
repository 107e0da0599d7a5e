<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Queue;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Client\DispatchNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchClientJob;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassRunner;
use MediaWiki\Extension\WikibaseDispatch\History\HistoryKeeper;
use MediaWiki\Extension\WikibaseDispatch\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Trigger\DispatchTriggerJob;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerRunner;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Throwable;
use WikibaseDispatch\DispatchException;

/**
 * Which jobs the queue may run again after they failed.
 */
class RetryTest extends TestCase {

	public function test_a_pass_is_run_again_when_that_can_help(): void {
		$this->assertRetried( true, $this->clientJob( $this->failure( true ) ) );
	}

	public function test_a_pass_is_not_run_again_when_that_cannot_help(): void {
		$this->assertRetried( false, $this->clientJob( $this->failure( false ) ) );
	}

	public function test_a_pass_is_run_again_when_something_else_failed(): void {
		$this->assertRetried( true, $this->clientJob( new RuntimeException( 'queue is down' ) ) );
	}

	public function test_a_trigger_is_not_run_again_when_that_cannot_help(): void {
		$runner = $this->createMock( TriggerRunner::class );
		$runner->method( 'run' )->willThrowException( $this->failure( false ) );
		$this->assertRetried( false, new DispatchTriggerJob( [], $runner, $this->history() ) );
	}

	public function test_a_notification_that_nobody_can_read_is_not_run_again(): void {
		$decoder = $this->createMock( NotificationDecoder::class );
		$decoder->method( 'decode' )->willThrowException( $this->failure( false ) );
		$logger = new RecordingLogger();
		$this->assertRetried( false, new DispatchNotificationJob(
			[ 'repo' => 'repowiki', 'changes' => '?' ],
			$decoder,
			$this->createMock( NotificationHandler::class ),
			$logger
		) );
		$this->assertStringContainsString( 'handling a notification of', $logger->records[0]['message'] );
	}

	public function test_the_jobs_of_the_repo_run_outside_of_a_transaction_round(): void {
		$job = $this->clientJob( new RuntimeException() );
		$this->assertTrue( $job->hasExecutionFlag( $job::JOB_NO_EXPLICIT_TRX_ROUND ) );
		$job = new DispatchTriggerJob( [], $this->createMock( TriggerRunner::class ), $this->history() );
		$this->assertTrue( $job->hasExecutionFlag( $job::JOB_NO_EXPLICIT_TRX_ROUND ) );
		$this->assertTrue( $job->run() );
	}

	private function clientJob( Throwable $failure ): DispatchClientJob {
		$runner = $this->createMock( PassRunner::class );
		$runner->method( 'run' )->willThrowException( $failure );
		return new DispatchClientJob( [ 'siteId' => 'enwiki' ], $runner, $this->history() );
	}

	/** It has the work done. */
	private function history(): HistoryKeeper {
		$history = $this->createMock( HistoryKeeper::class );
		$history->method( 'sampleAfter' )->willReturnCallback( static fn ( Closure $work ) => $work() );
		return $history;
	}

	private function failure( bool $retryable ): DispatchException {
		$failure = $this->createMock( DispatchException::class );
		$failure->method( 'isRetryable' )->willReturn( $retryable );
		return $failure;
	}

	/**
	 * @param bool $expected
	 * @param DispatchClientJob|DispatchTriggerJob|DispatchNotificationJob $job
	 */
	private function assertRetried( bool $expected, $job ): void {
		try {
			$job->run();
			$this->fail( 'the failure was swallowed' );
		} catch ( RuntimeException $e ) {
			$this->assertSame( $expected, $job->allowRetries() );
		}
	}
}
