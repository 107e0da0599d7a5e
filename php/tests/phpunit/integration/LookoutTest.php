<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Native\LookoutGate;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Lookout;
use MediaWiki\Extension\WikibaseDispatch\Trigger\RequestHandler;
use MediaWiki\MediaWikiServices;

/**
 * Whatever becomes of the jobs, changes are found again without cron (G1).
 */
class LookoutTest extends FarmTestCase {

	public function test_after_the_queue_was_emptied_the_next_request_finds_what_waits(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->announce();
		$this->emptyQueue();

		$this->request( $this->handler() );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'DispatchTrigger' ) );
		$this->runJobs( Farm::REPO );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
	}

	public function test_after_the_queue_was_emptied_the_next_edit_brings_what_waits_with_it(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->emptyQueue();
		$changeId = $this->writeChange( 'Q2' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_a_request_to_the_api_is_such_a_request(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$web = new WebServer( $this->farm, Farm::REPO );
		try {
			$web->api( [ 'action' => 'query', 'meta' => 'siteinfo' ] );
			$this->assertCount( 1, $this->jobs( Farm::REPO, 'DispatchTrigger' ) );
		} finally {
			$web->stop();
		}
	}

	public function test_one_request_in_a_minute_looks(): void {
		$this->writeChange( 'Q1' );
		$handler = $this->handler();
		$this->request( $handler );
		$this->emptyQueue();
		$this->request( $handler );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'DispatchTrigger' ) );
	}

	public function test_nothing_is_scheduled_when_nothing_waits(): void {
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->request( $this->handler() );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'DispatchTrigger' ) );
	}

	public function test_what_a_runner_with_older_settings_left_to_wikibase_is_found_without_another_edit(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		// The runners' configuration; this process goes by the newer one, in which all are on.
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'on', 'enwiki' => 'off' ], 'gapGrace' => 0 ] );
		$this->dispatchAll();
		$changeId = $this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertNotSame( $changeId, $this->seen( 'enwiki' ) );

		$this->farm->setSettings( [ 'gapGrace' => 0 ] );
		$this->request( $this->handler() );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'DispatchTrigger' ) );
		$this->runJobs( Farm::REPO );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
	}

	public function test_what_wikibase_has_not_handed_over_is_found_though_ours_have_seen_it(): void {
		$settings = [ 'rollout' => [ 'default' => 'on', 'enwiki' => 'off' ], 'gapGrace' => 0 ];
		$this->farm->setSettings( $settings );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$settings = $this->settings( $settings );
		$loadBalancers = MediaWikiServices::getInstance()->getDBLoadBalancerFactory();
		$lookout = new Lookout( $this->scheduler( $settings ), $settings, $loadBalancers );
		$lookout->lookWhenAnswered();
		DeferredUpdates::doUpdates();
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'DispatchTrigger' ),
			'only a trigger reminds Wikibase of it, and not before five minutes have passed' );
	}

	private function emptyQueue(): void {
		$this->farm->databases()->clear( Farm::REPO, [ 'job' ] );
	}

	private function request( RequestHandler $handler ): void {
		$main = null;
		$handler->onApiBeforeMain( $main );
		DeferredUpdates::doUpdates();
	}

	/** With a gate of its own: that of the repo outlives objects, and another test may have passed it. */
	private function handler(): RequestHandler {
		return new RequestHandler( new LookoutGate( uniqid( 'repo' ) ) );
	}
}
