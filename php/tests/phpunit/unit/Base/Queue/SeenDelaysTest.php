<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Queue;

use HashBagOStuff;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DelayKeeper;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Wikimedia\ObjectCache\BagOStuff;

/**
 * A queue that says it can delay jobs is believed as long as such jobs come (G1).
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\DelayKeeper
 */
class SeenDelaysTest extends TestCase {

	private int $now = 1_800_000_000;
	private BagOStuff $stash;

	protected function setUp(): void {
		ClassNames::load( BagOStuff::class );
		$this->stash = new HashBagOStuff();
	}

	public function test_nothing_is_seen_before_one_has_come(): void {
		$this->assertFalse( $this->delays()->areSeen( Jobs::TRIGGER ) );
		$this->hear( 'delayed-job-came', [ 'job' => Jobs::TRIGGER, 'isEarly' => false ] );
		$this->assertTrue( $this->delays()->areSeen( Jobs::TRIGGER ) );
		$this->assertFalse( $this->delays()->areSeen( Jobs::CLIENT ) );
	}

	public function test_a_queue_that_runs_one_before_its_time_is_not_believed(): void {
		$this->hear( 'delayed-job-came', [ 'job' => Jobs::TRIGGER, 'isEarly' => true ] );
		$this->assertFalse( $this->delays()->areSeen( Jobs::TRIGGER ) );
		$this->delays()->came( Jobs::TRIGGER );
		$this->hear( 'delayed-job-came', [ 'job' => Jobs::TRIGGER, 'isEarly' => true ] );
		$this->assertFalse( $this->delays()->areSeen( Jobs::TRIGGER ) );
		$this->now += 120;
		$this->assertSame( [], $this->delays()->missing(), 'it runs' );
	}

	public function test_a_delayed_job_that_came_is_proof_for_an_hour(): void {
		$this->delays()->came( Jobs::TRIGGER );
		$this->now += 3599;
		$this->assertTrue( $this->delays()->areSeen( Jobs::TRIGGER ) );
		$this->now += 2;
		$this->assertFalse( $this->delays()->areSeen( Jobs::TRIGGER ) );
	}

	public function test_as_long_as_they_come_they_are_believed_and_that_is_seldom_written(): void {
		$this->stash = new class() extends HashBagOStuff {
			public int $writes = 0;

			public function set( $key, $value, $exptime = 0, $flags = 0 ) {
				$this->writes++;
				return parent::set( $key, $value, $exptime, $flags );
			}
		};
		for ( $i = 0; $i < 2400; $i++ ) {
			$this->delays()->came( Jobs::TRIGGER );
			$this->now += 3;
			$this->assertTrue( $this->delays()->areSeen( Jobs::TRIGGER ) );
		}
		$this->assertSame( 12, $this->stash->writes );
	}

	public function test_one_that_many_rely_on_and_that_does_not_come_ends_it_at_once(): void {
		$this->delays()->came( Jobs::TRIGGER );
		$this->hear( 'delayed-job-missing', [ 'job' => Jobs::TRIGGER ] );
		$this->assertFalse( $this->delays()->areSeen( Jobs::TRIGGER ) );
	}

	public function test_g16_one_that_is_late_is_named_until_it_comes(): void {
		$this->hear( 'delay-probed', [ 'job' => Jobs::TRIGGER ] );
		$since = $this->now;
		$this->now += 50;
		$this->hear( 'delay-probed', [ 'job' => Jobs::TRIGGER ] );
		$this->assertSame( [], $this->delays()->missing(), 'it may still come' );
		$this->now += 20;
		$this->assertSame( [ Jobs::TRIGGER => $since ], $this->delays()->missing() );
		$this->delays()->came( Jobs::TRIGGER );
		$this->assertSame( [], $this->delays()->missing() );
	}

	public function test_a_server_goes_by_what_it_knew_for_a_moment(): void {
		$cache = new HashBagOStuff();
		$other = new SeenDelays( $this->stash, $cache, fn (): int => $this->now );
		$this->assertFalse( $other->areSeen( Jobs::TRIGGER ) );
		$this->delays()->came( Jobs::TRIGGER );
		$this->assertFalse( $other->areSeen( Jobs::TRIGGER ) );
		$cache->clear();
		$this->assertTrue( $other->areSeen( Jobs::TRIGGER ) );
	}

	public function test_a_stash_that_fails_fails_no_job(): void {
		$stash = $this->createMock( BagOStuff::class );
		$stash->method( 'get' )->willThrowException( new RuntimeException( 'gone' ) );
		$delays = new SeenDelays( $stash, new HashBagOStuff(), fn (): int => $this->now );
		( new DelayKeeper( $delays ) )->hear(
			'delayed-job-came', [ 'job' => Jobs::TRIGGER, 'isEarly' => false ], null,
			$this->createMock( ThrownByJob::class )
		);
		$this->addToAssertionCount( 1 );
	}

	/** What another process knows. */
	private function delays(): SeenDelays {
		return new SeenDelays( $this->stash, new HashBagOStuff(), fn (): int => $this->now );
	}

	private function hear( string $name, array $event ): void {
		( new DelayKeeper( $this->delays() ) )->hear( $name, $event, null, $this->createMock( ThrownByJob::class ) );
	}
}
