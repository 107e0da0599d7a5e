<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use WikibaseDispatchTests\NotificationIds;

/**
 * Changes that cannot be read are delivered all the same, reported, and stop nobody.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Log\BadChangeReport
 */
class BadChangeTest extends FarmTestCase {

	public function test_a_bad_change_is_delivered_and_reported_and_does_not_stop_the_others(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->subscribe( 'Q2', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q2' => [ 'L.en' ] ] );
		$this->writeChange( 'Q2' );
		$bad = $this->writeRawChange( 'Q1', '{"compactDiff": this is no JSON' );
		$good = $this->writeChange( 'Q2', [ 'labelChanges' => [ 'en' ] ], self::SOMEBODY_ELSE );

		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( $good, $this->seen( 'enwiki' ) );
		$this->assertStringContainsString( 'the pass for enwiki has 1 changes that could not be read',
			$this->farm->log() );
		$this->assertStringContainsString( "($bad: ", $this->farm->log() );
		[ $notification ] = $this->jobs( 'enwiki', 'DispatchNotification' );
		$this->assertSame( [ $bad - 1, $bad, $good ], NotificationIds::in( $notification['changes'] ) );

		$this->runJobs( 'enwiki' );
		$this->assertCount( 2, $this->recentChanges( 'enwiki' ) );
		$this->assertStringContainsString( 'a notification of repowiki has 1 changes that could not be read',
			$this->farm->log() );
		$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_g17_a_change_that_cannot_be_read_updates_whatever_uses_its_entity(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'C.P7' ] ] );
		$this->writeRawChange( 'Q1', 'null' );
		$this->dispatchAll();
		$this->assertCount( 1, $this->recentChanges( 'enwiki' ), $this->farm->log() );
	}

	public function test_a_bad_change_that_nobody_subscribed_to_is_delivered_to_nobody(): void {
		$this->subscribe( 'Q2', 'enwiki' );
		$this->writeRawChange( 'Q1', '' );
		$good = $this->writeChange( 'Q2' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		[ $notification ] = $this->jobs( 'enwiki', 'DispatchNotification' );
		$this->assertSame( [ $good ], NotificationIds::in( $notification['changes'] ) );
	}
}
