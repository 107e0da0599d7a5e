<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use JobQueueError;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PushFailedException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\TooLarge;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Throwable;
use Wikimedia\Rdbms\DBQueryError;
use Wikimedia\Rdbms\IDatabase;

/**
 * By what one tells that a push was larger than the queue takes.
 */
class TooLargeTest extends TestCase {

	/**
	 * @dataProvider provideTexts
	 */
	public function test_brokers_say_so_in_their_words( string $text, bool $isTooLarge ): void {
		$this->assertSame( $isTooLarge, TooLarge::isWhy( new RuntimeException( $text ) ) );
		$pushFailed = new PushFailedException( 'en_db', new RuntimeException( $text ) );
		$this->assertSame( $isTooLarge, TooLarge::isWhy( $pushFailed ), 'whatever it is wrapped in' );
	}

	public static function provideTexts(): array {
		return [
			'Kafka' => [ 'Broker: Message size too large', true ],
			'its library' => [ 'MSG_SIZE_TOO_LARGE', true ],
			'its proxy' => [ 'org.apache.kafka.common.errors.RecordTooLargeException: The message is …', true ],
			'EventGate' => [ 'Could not enqueue jobs: MESSAGE_TOO_LARGE', true ],
			'an HTTP server' => [ 'HTTP 413 Payload Too Large', true ],
			'Redis' => [ 'ERR Protocol error: too big inline request', true ],
			'a queue that is down' => [ 'Connection refused', false ],
			'a status' => [ 'HTTP 500 Internal Server Error', false ],
			'a table that is too large' => [ 'The table is full', false ],
		];
	}

	/**
	 * @dataProvider provideErrors
	 */
	public function test_the_database_says_so_by_number( int $number, bool $isTooLarge ): void {
		$error = $this->error( $number );
		$this->assertSame( $isTooLarge, TooLarge::isWhy( new PushFailedException( 'en_db', $error ) ) );
		// As JobQueueDB does.
		$inWords = new JobQueueError( get_class( $error ) . ": {$error->getMessage()}" );
		$this->assertSame( $isTooLarge, TooLarge::isWhy( new PushFailedException( 'en_db', $inWords ) ), 'in words' );
	}

	public static function provideErrors(): array {
		return [
			'packet too big' => [ 1153, true ],
			'server has gone away' => [ 2006, true ],
			'net packet too large' => [ 2020, true ],
			'deadlock' => [ 1213, false ],
			'lock wait' => [ 1205, false ],
		];
	}

	/** What is pushed stands in the message of a database's error. */
	public function test_a_change_cannot_say_so_in_its_summary(): void {
		$error = $this->error( 1213, 'HTTP 413 Payload Too Large, MESSAGE_TOO_LARGE, X: Error 1153: ' );
		$pushFailed = new PushFailedException( 'en_db', new JobQueueError( "DBQueryError: {$error->getMessage()}" ) );
		$this->assertFalse( TooLarge::isWhy( $pushFailed ) );
		$this->assertFalse( TooLarge::isWhy( $error ) );
		$this->assertStringContainsString( 'Error 1213: error', $pushFailed->getMessage() );
		$this->assertStringNotContainsString( 'Payload', $pushFailed->getMessage(), 'nor is it logged' );
	}

	private function error( int $number, string $pushed = '' ): Throwable {
		$db = $this->createMock( IDatabase::class );
		return new DBQueryError( $db, 'error', $number, "INSERT INTO job VALUES ('$pushed')", __METHOD__ );
	}
}
