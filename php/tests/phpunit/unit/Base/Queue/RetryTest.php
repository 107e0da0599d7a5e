<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Client\DispatchNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchClientJob;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchTriggerJob;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PruneChangesJob;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\ScriptedJob;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Throwable;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\DispatchException;

/**
 * What the jobs of the repo run, and which of them the queue may run again after they failed.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\RepoJob
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\NotificationJob
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

	public function test_a_trigger_and_a_prune_are_not_run_again_when_that_cannot_help(): void {
		$interpreter = $this->interpreter( $this->failure( false ) );
		$this->assertRetried( false, new DispatchTriggerJob( [], $this->native(), $interpreter ) );
		$this->assertRetried( false, new PruneChangesJob( [], $this->native(), $interpreter ) );
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
		$job = new DispatchTriggerJob( [], $this->native(), $this->interpreter( null ) );
		$this->assertTrue( $job->hasExecutionFlag( $job::JOB_NO_EXPLICIT_TRX_ROUND ) );
		$this->assertTrue( $job->run() );
	}

	public function test_a_job_runs_what_native_code_makes_of_it(): void {
		$made = new ScriptedJob( [] );
		$dispatcher = $this->createMock( Dispatcher::class );
		$dispatcher->expects( $this->once() )->method( 'client' )->with( 'enwiki' )->willReturn( $made );
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'dispatcher' )->willReturn( $dispatcher );
		$interpreter = $this->createMock( Interpreter::class );
		$interpreter->expects( $this->once() )->method( 'run' )->with( $this->identicalTo( $made ) );
		$this->assertTrue( ( new DispatchClientJob( [ 'siteId' => 'enwiki' ], $native, $interpreter ) )->run() );
	}

	private function clientJob( Throwable $failure ): DispatchClientJob {
		return new DispatchClientJob( [ 'siteId' => 'enwiki' ], $this->native(), $this->interpreter( $failure ) );
	}

	private function native(): NativeFactory {
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'dispatcher' )->willReturn( $this->createMock( Dispatcher::class ) );
		return $native;
	}

	private function interpreter( ?Throwable $failure ): Interpreter {
		$interpreter = $this->createMock( Interpreter::class );
		if ( $failure !== null ) {
			$interpreter->method( 'run' )->willThrowException( $failure );
		}
		return $interpreter;
	}

	private function failure( bool $retryable ): DispatchException {
		$failure = $this->createMock( DispatchException::class );
		$failure->method( 'isRetryable' )->willReturn( $retryable );
		return $failure;
	}

	/**
	 * @param bool $expected
	 * @param DispatchClientJob|DispatchTriggerJob|PruneChangesJob|DispatchNotificationJob $job
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
