<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use JobQueueError;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PushFailedException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\TooLarge;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Throwable;
use TypeError;
use Wikimedia\Rdbms\DBQueryError;
use Wikimedia\Rdbms\IDatabase;

/**
 * By what one tells whether a push was larger than the queue takes: what queues really throw, word by word.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\TooLarge
 */
class TooLargeTest extends TestCase {

	/**
	 * @dataProvider provideQueuesThatDoNotSay
	 */
	public function test_of_a_queue_that_does_not_say_why_it_may_be_so( Throwable $e ): void {
		$this->assertSame( TooLarge::Perhaps, TooLarge::of( new PushFailedException( 'en_db', $e ) ) );
		$this->assertSame( TooLarge::No, TooLarge::of( $e ), 'unless it was no push' );
	}

	public static function provideQueuesThatDoNotSay(): array {
		return [
			'JobQueueEventBus, whatever has happened' => [ new JobQueueError( 'Could not enqueue jobs' ) ],
			'EventBus, where the answer to too much is not as it expects' => [
				new TypeError( 'array_map(): Argument #2 ($array) must be of type array, int given' ),
			],
			'JobQueueRedis, whatever its script has met' => [
				new JobQueueError( "Redis server error: Could not insert 1 DispatchNotification job(s).\n" ),
			],
			'a lost connection, in words' => [ new JobQueueError(
				"Wikimedia\\Rdbms\\DBQueryDisconnectedError: A connection error occurred during a query. \nQuery: " .
				"INSERT INTO `job` VALUES ('X: Error 1213: ')"
			) ],
			'anything else' => [ new RuntimeException( 'HTTP 413 Payload Too Large' ) ],
		];
	}

	/**
	 * @dataProvider provideErrors
	 */
	public function test_a_database_says_so_by_number( int $number, TooLarge $expected ): void {
		$error = $this->error( $number );
		$this->assertSame( $expected, TooLarge::of( new PushFailedException( 'en_db', $error ) ) );
		// As JobQueueDB does.
		$inWords = new JobQueueError( get_class( $error ) . ": {$error->getMessage()}" );
		$this->assertSame( $expected, TooLarge::of( new PushFailedException( 'en_db', $inWords ) ), 'in words' );
	}

	public static function provideErrors(): array {
		return [
			'packet too big' => [ 1153, TooLarge::Certainly ],
			'net packet too large' => [ 2020, TooLarge::Certainly ],
			'server has gone away' => [ 2006, TooLarge::Perhaps ],
			'lost connection' => [ 2013, TooLarge::Perhaps ],
			'deadlock' => [ 1213, TooLarge::No ],
			'lock wait' => [ 1205, TooLarge::No ],
		];
	}

	public function test_pushes_that_are_put_off_fail_with_the_transaction(): void {
		$this->assertSame( TooLarge::Certainly, TooLarge::of( $this->error( 1153 ) ) );
		$this->assertSame( TooLarge::No, TooLarge::of( $this->error( 2006 ) ), 'the server may have restarted' );
	}

	public function test_what_is_configured_wrongly_is_not_too_large(): void {
		$e = new PushFailedException( 'en_db', new UnrecognisedDomainException( 'en_db', [], 'a setting' ) );
		$this->assertSame( TooLarge::No, TooLarge::of( $e ) );
	}

	/** What is pushed stands in the message of a database's error. */
	public function test_a_change_cannot_say_so_in_its_summary(): void {
		$error = $this->error( 1213, 'X: Error 1153: ' );
		$pushFailed = new PushFailedException( 'en_db', new JobQueueError( "DBQueryError: {$error->getMessage()}" ) );
		$this->assertSame( TooLarge::No, TooLarge::of( $pushFailed ) );
		$this->assertStringContainsString( 'Error 1213: error', $pushFailed->getMessage() );
		$this->assertStringNotContainsString( '1153', $pushFailed->getMessage(), 'nor is it logged' );
	}

	private function error( int $number, string $pushed = '' ): Throwable {
		$db = $this->createMock( IDatabase::class );
		return new DBQueryError( $db, 'error', $number, "INSERT INTO job VALUES ('$pushed')", __METHOD__ );
	}
}
