<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\EntityChangeNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Client\WaitingNotifications;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use RuntimeException;
use WikibaseDispatch\Notification;

/**
 * Notifications that wait are handled together, and one of them that fails does not keep the others waiting.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\EntityChangeNotificationJob
 */
class EntityChangeNotificationJobTest extends TestCase {

	/** @var list<string> ids of the changes that were handled together, joined */
	private array $handled = [];
	/** @var list<int> ids of the changes of jobs that are done */
	private array $done = [];
	/** @var list<EntityChangeNotificationJob> */
	private array $others = [];

	public function test_those_that_wait_are_handled_together(): void {
		$this->others = [ $this->job( 2, 3 ), $this->job( 4 ) ];
		$this->assertTrue( $this->job( 1 )->run() );
		$this->assertSame( [ '1,2,3,4' ], $this->handled );
		$this->assertSame( [ 2, 4 ], $this->done );
	}

	public function test_one_that_fails_does_not_keep_the_others_waiting(): void {
		$this->others = [ $this->job( 2 ), $this->job( 13 ), $this->job( 4 ) ];
		$this->assertTrue( $this->job( 1 )->run() );
		$this->assertSame( [ '2', '4', '1' ], $this->handled );
		$this->assertSame( [ 2, 4 ], $this->done );
	}

	public function test_a_failure_of_its_own_is_the_queues_concern(): void {
		$this->others = [ $this->job( 2 ) ];
		try {
			$this->job( 13 )->run();
			$this->fail( 'the failure was swallowed' );
		} catch ( RuntimeException $e ) {
			$this->assertSame( 'unlucky', $e->getMessage() );
		}
		$this->assertSame( [ 2 ], $this->done );
	}

	public function test_one_that_was_tried_before_is_handled_alone_and_before_all_that_could_kill_the_runner(): void {
		$this->others = [ $this->job( 2 ), $this->job( 3 ) ];
		$this->others[1]->isToBeHandledAlone = true;
		$this->assertTrue( $this->job( 1 )->run() );
		$this->assertSame( [ '3', '1,2' ], $this->handled );
		$this->assertSame( [ 3, 2 ], $this->done );
	}

	public function test_one_that_was_tried_before_and_fails_again_is_the_queues_concern(): void {
		$this->others = [ $this->job( 13 ) ];
		$this->others[0]->isToBeHandledAlone = true;
		$this->assertTrue( $this->job( 1 )->run() );
		$this->assertSame( [ [ '1' ], [] ], [ $this->handled, $this->done ] );
	}

	private function job( int ...$ids ): EntityChangeNotificationJob {
		$decoder = $this->createMock( NotificationDecoder::class );
		$decoder->method( 'ofRows' )->willReturnCallback( function ( array $rows ) {
			$ids = array_column( $rows, 'id' );
			if ( in_array( 13, $ids ) ) {
				throw new RuntimeException( 'unlucky' );
			}
			$this->handled[] = implode( ',', $ids );
			return $this->createMock( Notification::class );
		} );
		$waiting = $this->createMock( WaitingNotifications::class );
		$waiting->method( 'take' )->willReturnCallback( fn () => $this->others );
		$waiting->method( 'done' )->willReturnCallback( function ( EntityChangeNotificationJob $job ): void {
			$this->done[] = $job->rows()[0]['id'];
		} );
		return new EntityChangeNotificationJob(
			[ 'changes' => array_map( static fn ( int $id ) => [ 'id' => $id ], $ids ) ],
			$decoder,
			$this->createMock( NotificationHandler::class ),
			$waiting,
			$this->createMock( ClientSettings::class ),
			new NullLogger()
		);
	}
}
