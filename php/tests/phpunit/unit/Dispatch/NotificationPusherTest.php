<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\NotificationPusher;
use MediaWiki\Extension\WikibaseDispatch\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use PHPUnit\Framework\TestCase;
use WikibaseDispatch\Notification;

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
		$this->pusher( $queues, $shadow, false )->push( 'enwiki', 'en_db', self::NOTIFICATIONS );
		$this->assertSame( array_column( self::NOTIFICATIONS, 'type' ), $queues->types() );
		$this->assertSame( [ 'en_db' ], array_values( array_unique( array_column( $queues->pushed, 'domain' ) ) ) );
	}

	public function test_of_a_client_that_is_watched_only_the_ids_are_noted_whatever_its_format(): void {
		$queues = new RecordingQueues();
		$noted = [];
		$shadow = $this->createMock( ShadowRecord::class );
		$shadow->method( 'note' )->willReturnCallback( static function ( $site, $by, $ids ) use ( &$noted ): void {
			array_push( $noted, ...$ids );
		} );
		$this->pusher( $queues, $shadow, true )->push( 'enwiki', 'en_db', self::NOTIFICATIONS );
		$this->assertSame( [ 1, 2, 3, 4, 5, 6 ], $noted );
		$this->assertSame( [], $queues->pushed );
	}

	private function pusher( RecordingQueues $queues, ShadowRecord $shadow, bool $isWatched ): NotificationPusher {
		$rollout = $this->createMock( RolloutKeeper::class );
		$rollout->method( 'isWatched' )->willReturn( $isWatched );
		$decoder = $this->createMock( NotificationDecoder::class );
		$notification = $this->createMock( Notification::class );
		$notification->method( 'changeIds' )->willReturn( [ 5, 6 ] );
		$decoder->method( 'decode' )->willReturn( $notification );
		return new NotificationPusher( $queues, $rollout, $shadow, $decoder );
	}
}
