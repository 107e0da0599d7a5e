<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use HashBagOStuff;
use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\LookoutGate;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Lookout;
use MediaWiki\Extension\WikibaseDispatch\Hooks\RequestHandler;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use Wikimedia\ObjectCache\BagOStuff;

/**
 * Whatever becomes of the jobs, changes are found again without cron (G1).
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\Lookout
 */
class LookoutTest extends FarmTestCase {

	protected function setUp(): void {
		parent::setUp();
		// Asked for first, so that it is known by its present name, too.
		ClassNames::load( BagOStuff::class );
	}

	public function test_after_the_queue_was_emptied_the_next_request_finds_what_waits(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->announce();
		$this->emptyQueue();
		$this->age();
		$this->request( $this->handler() );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->runJobs( Farm::REPO );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
	}

	public function test_a_change_that_was_just_written_is_left_to_its_own_trigger(): void {
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		$this->age( time() );
		$this->request( $this->handler() );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->age();
		$this->request( $this->handler() );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
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
		$this->age();
		$web = new WebServer( $this->farm, Farm::REPO );
		try {
			$web->api( [ 'action' => 'query', 'meta' => 'siteinfo' ] );
			$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		} finally {
			$web->stop();
		}
	}

	public function test_one_request_in_a_minute_looks(): void {
		$this->writeChange( 'Q1' );
		$this->age();
		$handler = $this->handler();
		$this->request( $handler );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->emptyQueue();
		$this->request( $handler );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	public function test_nothing_is_scheduled_when_nothing_waits(): void {
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->request( $this->handler() );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
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
		$this->age();
		$this->request( $this->handler() );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->runJobs( Farm::REPO );
		$this->assertSame( $changeId, $this->seen( 'enwiki' ) );
	}

	public function test_what_wikibase_has_not_handed_over_is_found_though_ours_have_seen_it(): void {
		$settings = [ 'rollout' => [ 'default' => 'on', 'enwiki' => 'off' ], 'gapGrace' => 0 ];
		$this->farm->setSettings( $settings );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->lookOut( $settings );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ),
			'only a trigger reminds Wikibase of it, and not before five minutes have passed' );
	}

	public function test_g1_that_clients_are_to_be_wikibases_again_is_found_though_nothing_is_behind(): void {
		$this->farm->setSettings( [ 'rollout' => 'on', 'gapGrace' => 0 ] );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->lookOut( [ 'rollout' => 'on', 'gapGrace' => 0 ] );
		$this->assertSame( [], $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
		$this->lookOut( [ 'rollout' => 'off', 'gapGrace' => 0 ] );
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-trigger' ) );
	}

	private function lookOut( array $settings ): void {
		$settings = $this->settings( $settings );
		$lookout = new Lookout(
			$this->nativeFactory( $settings ),
			$this->interpreter(),
			WikibaseDispatchServices::triggers( MediaWikiServices::getInstance() ),
			new HashBagOStuff(),
			$settings
		);
		$lookout->lookWhenAnswered();
		DeferredUpdates::doUpdates();
	}

	/** Has every change be older than the time that one may have to wait, or as old as is said, in Unix time. */
	private function age( int $written = 0 ): void {
		$time = gmdate( 'YmdHis', $written );
		$this->farm->database( Farm::REPO )->exec( "UPDATE wb_changes SET change_time = '$time'" );
	}

	private function emptyQueue(): void {
		$this->farm->databases->clear( Farm::REPO, [ 'job' ] );
	}

	private function request( RequestHandler $handler ): void {
		$main = null;
		$handler->onApiBeforeMain( $main );
		DeferredUpdates::doUpdates();
	}

	/** With a gate of its own: that of the repo outlives objects, and another test may have passed it. */
	private function handler(): RequestHandler {
		return new RequestHandler(
			new LookoutGate( true, FoundVersions::module(), new HashBagOStuff(), uniqid( 'repo' ) )
		);
	}
}
