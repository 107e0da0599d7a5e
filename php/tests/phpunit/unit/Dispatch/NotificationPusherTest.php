<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\NotificationPusher;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;

/**
 * What becomes of notifications, depending on whose the client is.
 */
class NotificationPusherTest extends TestCase {

	private const NOTIFICATIONS = [
		[ 'type' => 'ChangeNotification', 'params' => [ 'changeIds' => [ 1, 2 ] ] ],
		[ 'type' => 'EntityChangeNotification', 'params' => [ 'changes' => [ [ 'id' => 3 ], [ 'id' => 4 ] ] ] ],
		[ 'type' => 'DispatchNotification', 'params' => [ 'changes' => 'five and six' ] ],
	];

	public function test_they_are_pushed_to_a_client_of_ours(): void {
		$queues = new RecordingQueues();
		$shadow = $this->createMock( ShadowRecord::class );
		$shadow->expects( $this->never() )->method( 'note' );
		$this->pusher( $queues, $shadow, false )->push( 'enwiki', 'en_db', self::NOTIFICATIONS, [ 1, 2, 3 ], false );
		$this->assertSame( array_column( self::NOTIFICATIONS, 'type' ), $queues->types() );
		$this->assertSame( [ 'en_db' ], array_values( array_unique( array_column( $queues->pushed, 'domain' ) ) ) );
	}

	public function test_of_a_client_that_is_watched_only_the_ids_are_noted(): void {
		$queues = new RecordingQueues();
		$noted = [];
		$shadow = $this->createMock( ShadowRecord::class );
		$shadow->method( 'note' )->willReturnCallback( static function ( $site, $by, $ids ) use ( &$noted ): void {
			array_push( $noted, ...$ids );
		} );
		$this->pusher( $queues, $shadow, true )->push( 'enwiki', 'en_db', self::NOTIFICATIONS, [ 1, 2, 3 ], false );
		$this->assertSame( [ 1, 2, 3 ], $noted );
		$this->assertSame( [], $queues->pushed );
	}

	public function test_g3_a_repeat_is_dropped_by_a_queue_that_still_has_the_first(): void {
		$marked = function ( bool $isInDatabase, bool $isRepeat ): array {
			$queues = new RecordingQueues();
			$queues->isInDatabase = $isInDatabase;
			$this->pusher( $queues, $this->createMock( ShadowRecord::class ), false )
				->push( 'enwiki', 'en_db', self::NOTIFICATIONS, [ 1 ], $isRepeat );
			return array_values( array_unique( array_column( $queues->pushed, 'removeDuplicates' ) ) );
		};
		$this->assertSame( [ true ], $marked( false, false ), 'it must be marked for its repeat to be known' );
		$this->assertSame( [ true ], $marked( false, true ) );
		$this->assertSame( [ false ], $marked( true, false ), 'to look for an equal one costs a statement' );
		$this->assertSame( [ true ], $marked( true, true ) );
	}

	private function pusher( RecordingQueues $queues, ShadowRecord $shadow, bool $isWatched ): NotificationPusher {
		$rollout = $this->createMock( RolloutKeeper::class );
		$rollout->method( 'isWatched' )->willReturn( $isWatched );
		return new NotificationPusher( $queues, $rollout, $shadow );
	}
}
