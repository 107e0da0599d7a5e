<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassReport;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use PHPUnit\Framework\TestCase;
use RuntimeException;

/**
 * What an operator hears of a client that cannot be reached (G9).
 */
class PassReportTest extends TestCase {

	public function test_a_client_that_fails_is_an_error_once_and_counted_from_then_on(): void {
		$logger = new RecordingLogger();
		foreach ( [ 0, 1, 2 ] as $before ) {
			$report = new PassReport( new BadChangeReport( $logger ), $logger, static fn (): int => $before );
			$report->failed( 'enwiki', new RuntimeException( 'queue is down' ) );
		}
		$this->assertSame( [ 1 ], array_column( $logger->contexts( 'error' ), 'failures' ) );
		$this->assertSame( [ 2, 3 ], array_column( $logger->contexts( 'info' ), 'failures' ) );
	}

	public function test_a_failure_that_is_passed_on_is_reported_once(): void {
		$logger = new RecordingLogger();
		$report = new PassReport( new BadChangeReport( $logger ), $logger, static fn (): int => 0 );
		$failure = new RuntimeException( 'queue is down' );
		$report->failed( 'enwiki', $failure );
		$report->failed( 'enwiki', $failure );
		$report->failed( 'enwiki', new RuntimeException( 'queue is down' ) );
		$this->assertCount( 2, $logger->contexts( 'error' ) );
	}

	public function test_a_failure_of_the_database_is_an_error_each_time(): void {
		$logger = new RecordingLogger();
		$report = new PassReport( new BadChangeReport( $logger ), $logger, static function (): int {
			throw new RuntimeException( 'so is the database' );
		} );
		$report->failed( 'enwiki', new RuntimeException( 'queue is down' ) );
		$this->assertCount( 1, $logger->contexts( 'error' ) );
	}
}
