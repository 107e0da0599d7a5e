<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\JobAttempts;
use MediaWiki\Extension\WikibaseDispatch\Client\EntityChangeNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Client\WaitingNotifications;
use MediaWiki\MediaWikiServices;

/**
 * A notification that kills its runner does not take others with it. The wiki of this process is the repo.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\WaitingNotifications
 */
class WaitingNotificationsTest extends FarmTestCase {

	private const TYPE = 'EntityChangeNotification';

	public function test_what_was_never_tried_is_taken_together(): void {
		$this->queueNotifications( 4 );
		$this->assertCount( 3, $this->waiting()->take( $this->pop() ) );
	}

	public function test_after_a_runner_died_each_of_its_jobs_is_handled_alone(): void {
		$this->queueNotifications( 4 );
		$this->waiting()->take( $this->pop() );
		$this->assertSame( [ 1, 1, 1, 1 ], $this->attempts() );
		$this->takeBack();
		for ( $tried = 1; $tried <= 4; $tried++ ) {
			$this->assertSame( [], $this->waiting()->take( $this->pop() ) );
			$this->assertSame( 4 + $tried, array_sum( $this->attempts() ), 'one attempt of one job' );
		}
	}

	public function test_one_that_was_tried_ends_what_is_taken_and_is_handled_alone(): void {
		$this->queueNotifications( 1 );
		$this->pop();
		$this->takeBack();
		$this->queueNotifications( 6, first: 2 );
		$this->farm->database( Farm::REPO )->exec( 'UPDATE job SET job_random = job_id' );
		$seen = [];
		while ( $first = $this->pop() ) {
			$isOld = ( new JobAttempts() )->of( $this->queue(), $first ) > 1;
			$others = $this->waiting()->take( $first );
			$this->assertTrue( !$isOld || $others === [], 'it takes nothing' );
			foreach ( $others as $at => $other ) {
				$isOld = ( new JobAttempts() )->of( $this->queue(), $other ) > 1;
				$this->assertSame( $isOld, $other->isToBeHandledAlone );
				$this->assertTrue( !$isOld || $at === count( $others ) - 1, 'it is the last' );
			}
			array_push( $seen, $first, ...$others );
		}
		$this->assertCount( 7, $seen );
	}

	private function queueNotifications( int $count, int $first = 1 ): void {
		for ( $id = $first; $id < $first + $count; $id++ ) {
			$this->queueJob( Farm::REPO, self::TYPE, [ 'changes' => [ [ 'id' => $id ] ] ] );
		}
	}

	/** As the queue does some time after a runner has died. */
	private function takeBack(): void {
		$this->farm->database( Farm::REPO )->exec( "UPDATE job SET job_token = '', job_token_timestamp = NULL" );
	}

	/**
	 * @return list<int>
	 */
	private function attempts(): array {
		return array_map( 'intval', $this->farm->database( Farm::REPO )
			->query( 'SELECT job_attempts FROM job ORDER BY job_id' )->fetchAll( \PDO::FETCH_COLUMN ) );
	}

	private function pop(): ?EntityChangeNotificationJob {
		return $this->queue()->pop() ?: null;
	}

	private function queue(): object {
		return MediaWikiServices::getInstance()->getJobQueueGroupFactory()->makeJobQueueGroup()->get( self::TYPE );
	}

	private function waiting(): WaitingNotifications {
		return MediaWikiServices::getInstance()->getService( 'WikibaseDispatch.WaitingNotifications' );
	}
}
