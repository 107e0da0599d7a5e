<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\EditQueue;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Edits;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\EditAnnouncer;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\MediaWikiServices;
use RuntimeException;

/**
 * What an edit says to the database for its trigger, where the queue is there: whether one waits, and no more.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues
 */
class EditQueueTest extends FarmTestCase {

	public function test_an_edit_asks_whether_a_trigger_waits_and_nothing_else(): void {
		$this->assertInstanceOf( EditQueue::class, $this->queue() );
		$edits = $this->edits( $this->settings() );
		// The first one connects.
		$edits->changesWritten();
		$this->farm->database( Farm::REPO )->exec( 'DELETE FROM job' );
		$this->assertSame( 2, $this->statements( fn () => $edits->changesWritten() ), 'none waits: it is added' );
		$this->assertSame( 1, $this->statements( fn () => $edits->changesWritten() ) );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public function test_g1_a_trigger_that_has_begun_to_run_is_not_relied_on(): void {
		$edits = $this->edits( $this->settings() );
		$edits->changesWritten();
		$trigger = $this->queue()->pop();
		$edits->changesWritten();
		$this->assertCount( 2, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ), 'one runs, one waits' );
		$this->queue()->ack( $trigger );
		$this->assertNotFalse( $this->queue()->pop() );
	}

	public function test_changes_that_are_committed_together_are_announced_once(): void {
		$edits = $this->createMock( Edits::class );
		$edits->expects( $this->once() )->method( 'changesWritten' )->with( 3 );
		$this->announceTogether( $edits, 3 );
	}

	/** G1 */
	public function test_if_that_fails_the_next_one_tries(): void {
		$edits = $this->createMock( Edits::class );
		$calls = [];
		$edits->method( 'changesWritten' )->willReturnCallback( static function ( int $count ) use ( &$calls ): void {
			$calls[] = $count;
			if ( count( $calls ) === 1 ) {
				throw new RuntimeException( 'the queue is not there' );
			}
		} );
		try {
			$this->announceTogether( $edits, 3 );
		} catch ( RuntimeException ) {
			// MediaWiki throws what a deferred update threw, when it has run the others.
		}
		$this->assertSame( [ 3, 3 ], $calls );
	}

	private function announceTogether( Edits $edits, int $changes ): void {
		$announcer = new EditAnnouncer( $this->settings(), $edits );
		$loadBalancers = MediaWikiServices::getInstance()->getDBLoadBalancerFactory();
		$loadBalancers->beginPrimaryChanges( __METHOD__ );
		// Something that waits to be committed.
		$loadBalancers->getMainLB()->getConnection( DB_PRIMARY )
			->update( 'user', [ 'user_touched' => '20260131235959' ], [ 'user_id' => 0 ], __METHOD__ );
		for ( $change = 0; $change < $changes; $change++ ) {
			$announcer->announce( 1 );
		}
		$loadBalancers->commitPrimaryChanges( __METHOD__ );
		DeferredUpdates::doUpdates();
	}

	private function queue(): object {
		return MediaWikiServices::getInstance()->getJobQueueGroupFactory()->makeJobQueueGroup()
			->get( 'wikibase-dispatch-trigger' );
	}

	private function statements( callable $work ): int {
		$count = fn () => (int)$this->farm->database( Farm::REPO )
			->query( "SHOW GLOBAL STATUS LIKE 'Questions'" )->fetch()['Value'];
		$before = $count();
		$work();
		return $count() - $before - 1;
	}
}
