<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * What must hold in addition where jobs can be delayed: edits share a trigger, and triggers follow each other until
 * all is done, so that a dead runner is noticed.
 */
abstract class DelayingQueueTestCase extends QueueTestCase {

	/** Clients rest between two passes, and edits wait for others: seconds. As shipped, nobody waits. */
	private const PATIENT = [ 'dispatchDefaultDispatchInterval' => 8, 'triggerMaxDelay' => 3 ];

	protected function setUp(): void {
		parent::setUp();
		$this->farm->setSettings( self::PATIENT );
		// As on a farm that has dispatched something before.
		$this->delays()->came( Jobs::TRIGGER );
		$this->delays()->came( Jobs::CLIENT );
	}

	public function test_the_trigger_of_an_edit_waits_for_others(): void {
		$this->edit( 'Q1' );
		$this->assertCount( 1, $this->waiting( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->assertThat( $this->readyIn( Farm::REPO ), $this->logicalAnd( $this->greaterThan( 0 ),
			$this->lessThanOrEqual( 6 ) ) );
	}

	public function test_as_shipped_the_trigger_of_an_edit_waits_for_nothing(): void {
		$this->farm->setSettings( [] );
		$this->edit( 'Q1' );
		$this->assertSame( 0, $this->readyIn( Farm::REPO ) );
	}

	public function test_delayed_jobs_are_relied_on_when_one_has_come(): void {
		$this->delays()->missed( Jobs::TRIGGER );
		$this->edit( 'Q1' );
		$this->assertSame( 0, $this->readyIn( Farm::REPO ), 'nothing is delayed' );
		$this->runRound();
		$this->assertFalse( $this->delays()->areSeen( Jobs::TRIGGER ) );
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->runRound();
		$this->assertTrue( $this->delays()->areSeen( Jobs::TRIGGER ) );
		$this->runUntilDrained();
		$this->edit( 'Q1' );
		$this->assertGreaterThan( 0, $this->readyIn( Farm::REPO ) );
	}

	/** G1: a pass whose runner and whose job are gone is taken over when its claim has ended. */
	public function test_a_pass_that_died_with_its_job_is_taken_over(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->edit( 'Q1' );
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->runRound();
		$last = $this->edit( 'Q1' );
		// As a runner leaves it that dies just after it has begun.
		$lock = 'wd1c:00000000deadbeef:' . ( time() + 12 ) . ":$last:0";
		$this->farm->database( Farm::REPO )
			->prepare( "UPDATE wb_changes_dispatch SET chd_lock = ? WHERE chd_site = 'enwiki'" )
			->execute( [ $lock ] );
		$this->runUntilDrained();
		$this->assertSame( [ 'enwiki' => [ 1, $last ], 'dewiki' => [ 1, $last ] ], $this->delivered() );
	}
}
