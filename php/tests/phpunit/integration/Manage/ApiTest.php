<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Manage;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;

/**
 * What programs can do to clients.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Api\ManageDispatch
 */
class ApiTest extends ManageTestCase {

	private const ACTION = [ 'action' => 'managedispatch', 'client' => 'enwiki' ];
	private const DISABLE = self::ACTION + [ 'do' => 'disable', 'reason' => 'closed' ];

	public function test_a_client_is_disabled_and_enabled_and_the_log_has_performer_reason_and_position(): void {
		$answer = $this->manage( self::DISABLE );
		$this->assertSame( [
			'client' => 'enwiki',
			'do' => 'disable',
			'done' => true,
			'before' => [ 'disabled' => false, 'seen' => 0 ],
			'after' => [ 'disabled' => true, 'seen' => 0 ],
		], $answer );
		$this->assertTrue( $this->isDisabled( 'enwiki' ) );
		$this->assertFalse( $this->manage( self::DISABLE )['done'], 'it is by now' );
		$answer = $this->manage( self::ACTION + [ 'do' => 'enable', 'after' => 1 ] );
		$this->assertSame( [ [ 'disabled' => true, 'seen' => 0 ], [ 'disabled' => false, 'seen' => 1 ] ],
			[ $answer['before'], $answer['after'] ] );
		$this->assertFalse( $this->isDisabled( 'enwiki' ) );
		$this->assertSame( [
			[
				'action' => 'disable', 'user' => self::OPERATOR, 'title' => '-1:DispatchStatus/enwiki',
				'reason' => 'closed',
				'params' => [ '4::seen' => 0, 'client' => 'enwiki' ],
			],
			[
				'action' => 'enable', 'user' => self::OPERATOR, 'title' => '-1:DispatchStatus/enwiki', 'reason' => '',
				'params' => [ '4::before' => 0, '5::after' => 1, 'client' => 'enwiki' ],
			],
		], $this->entries() );
		$events = ( new WebSession( self::$web ) )->api( [
			'action' => 'query', 'list' => 'logevents', 'letitle' => 'Special:DispatchStatus/enwiki',
		] )['query']['logevents'];
		$this->assertSame(
			[ [ 'before' => 0, 'after' => 1, 'client' => 'enwiki' ], [ 'seen' => 0, 'client' => 'enwiki' ] ],
			array_column( $events, 'params' ),
			'everybody can read it'
		);
		$this->assertStringContainsString( 'Operator disabled enwiki (closed)', $this->farm->log() );
		$this->assertStringContainsString( 'Operator enabled enwiki ()', $this->farm->log() );
	}

	public function test_a_client_is_set_back_and_forward_but_skips_nothing_unless_that_is_said(): void {
		$to = self::ACTION + [ 'do' => 'seek', 'to' => 'end' ];
		$plan = [ 'from' => 0, 'to' => 3, 'changes' => 3, 'relevant' => 2, 'skips' => true ];
		$this->assertSame( [ 'client' => 'enwiki', 'do' => 'seek', 'dryrun' => true ] + $plan,
			$this->manage( $to + [ 'dryrun' => 1 ] ) );
		$this->assertSame( 'wouldskip', $this->error( $to ) );
		$this->assertSame( 'movedmeanwhile', $this->error( $to + [ 'allowskip' => 1, 'from' => 2 ] ) );
		$this->assertSame( [ 0, [] ], [ $this->seen( 'enwiki' ), $this->entries() ] );

		$answer = $this->manage( $to + [ 'allowskip' => 1, 'from' => 0, 'reason' => 'full disk' ] );
		$this->assertSame( [ [ 'seen' => 0 ], [ 'seen' => 3 ] ], [ $answer['before'], $answer['after'] ] );
		$this->assertSame( 3, $this->seen( 'enwiki' ) );
		$this->assertFalse( $this->manage( $to )['done'], 'it is there' );
		$this->manage( [ 'to' => '1' ] + $to );
		$this->assertSame( 1, $this->seen( 'enwiki' ) );
		$this->dispatchRepo();
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );

		[ $forward, $back ] = $this->entries();
		$this->assertSame( [ 'seek', 'full disk', [ '4::before' => 0, '5::after' => 3, 'client' => 'enwiki' ] ],
			[ $forward['action'], $forward['reason'], $forward['params'] ] );
		$this->assertSame( [ '4::before' => 3, '5::after' => 1, 'client' => 'enwiki' ], $back['params'] );
		$this->assertStringContainsString( 'Operator moved enwiki to another change (full disk)', $this->farm->log() );
		$this->assertSame( 'beyondhorizon', $this->error( [ 'to' => '9' ] + $to ) );
		$this->assertSame( 'badposition', $this->error( [ 'to' => 'soon' ] + $to ) );
	}

	public function test_a_client_that_rests_after_failures_is_served_by_the_next_job(): void {
		$this->set( 'enwiki', "chd_lock = 'wd1r:" . ( time() + 200 ) . ":3:4'" );
		$answer = $this->manage( self::ACTION + [ 'do' => 'catchup' ] );
		$this->assertSame( [ 'seen' => 0, 'failures' => 4 ], $answer['before'] );
		$jobs = $this->jobs( Farm::REPO, 'wikibase-dispatch-client' );
		$this->assertSame( [ 'enwiki' ], array_column( $jobs, 'siteId' ) );
		$this->assertSame( 0, $this->seen( 'enwiki' ), 'the request does none of it' );
		$this->runJobs( Farm::REPO );
		$this->assertSame( 3, $this->seen( 'enwiki' ) );
		$this->assertSame( [ '4::seen' => 0, '5:number:failures' => 4, 'client' => 'enwiki' ],
			$this->entries()[0]['params'] );
		$this->assertStringContainsString( 'Operator requested immediate dispatching to enwiki', $this->farm->log() );
	}

	public function test_a_client_rebuilds_its_subscriptions_by_a_job_of_its_own(): void {
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q7' => [ 'L.en' ] ] );
		$rebuild = self::ACTION + [ 'do' => 'rebuildsubscriptions' ];
		$this->assertSame( [ 'progress' => 'none' ], $this->manage( $rebuild )['before'] );
		$this->assertSame( [ 'Q1' ], $this->subscriptions( 'enwiki' ) );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'Q7' ], $this->subscriptions( 'enwiki' ) );
		$this->assertSame( [ 'progress' => 'done' ], $this->manage( $rebuild )['before'], 'and again' );
		$this->assertSame( 'rebuildsubscriptions', $this->entries()[0]['action'] );
		$this->assertStringContainsString(
			'Operator requested a rebuild of the subscriptions of enwiki', $this->farm->log()
		);
		$this->farm->database( Farm::REPO )->exec( "DELETE FROM wb_changes_client WHERE cc_site = 'enwiki'" );
		$this->assertSame( 'loadsnoextension', $this->error( $rebuild ), 'nobody there would run the job' );
	}

	public function test_a_change_that_was_set_aside_is_delivered_again(): void {
		$this->dispatchRepo();
		$this->farm->database( 'enwiki' )->exec( 'DELETE FROM job' );
		$takeUp = self::ACTION + [ 'do' => 'takeup', 'change' => 3 ];
		$this->assertSame( 'notsetaside', $this->error( $takeUp ) );
		$this->setAside( 'enwiki', 3 );
		$this->assertSame( [ 'change' => 3, 'entity' => 'Q1' ], $this->manage( $takeUp )['before'] );
		$this->runJobs( Farm::REPO );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
		$this->assertSame( [ '4::change' => 3, '5::entity' => 'Q1', 'client' => 'enwiki' ],
			$this->entries()[0]['params'] );
		$this->assertStringContainsString(
			'Operator requested another delivery of a change set aside for enwiki', $this->farm->log()
		);
		$this->setAside( 'enwiki', 9 );
		$this->assertSame( 'setasideisgone', $this->error( [ 'change' => 9 ] + $takeUp ) );
		$this->assertSame( 'nochange', $this->error( self::ACTION + [ 'do' => 'takeup' ] ) );
	}

	public function test_without_the_right_nobody_does_anything_and_hears_nothing_of_clients(): void {
		foreach ( [ null, self::SYSOP ] as $user ) {
			$session = $user === null ? new WebSession( self::$web ) : $this->session( $user );
			foreach ( [ 'enwiki', 'nowiki' ] as $client ) {
				$answer = $session->post( [ 'client' => $client, 'token' => $session->token() ] + self::DISABLE );
				$this->assertSame( 'permissiondenied', $answer['error']['code'], json_encode( $answer ) );
			}
		}
		$this->assertNothingWasDone();
	}

	public function test_a_blocked_user_can_do_nothing(): void {
		$this->assertSame( 'blocked', $this->error( self::DISABLE, self::BLOCKED ) );
		$this->assertNothingWasDone();
	}

	public function test_csrf_a_request_without_the_right_token_or_by_get_does_nothing(): void {
		$session = $this->session( self::OPERATOR );
		$this->assertSame( 'missingparam', $session->post( self::DISABLE )['error']['code'] );
		$ofOther = $this->session( self::SYSOP )->token();
		foreach ( [ '+\\', 'rubbish', $ofOther ] as $token ) {
			$answer = $session->post( self::DISABLE + [ 'token' => $token ] );
			$this->assertSame( 'badtoken', $answer['error']['code'], $token );
		}
		$this->assertSame( 'missingparam', $session->api( self::DISABLE )['error']['code'] );
		$answer = $session->api( self::DISABLE + [ 'token' => $session->token() ] );
		$this->assertSame( 'mustpostparams', $answer['error']['code'], 'a token does not belong into an address' );
		$this->assertNothingWasDone();
	}

	public function test_refused_actions_have_a_code_and_are_in_no_log(): void {
		$this->assertSame( 'unknownclient', $this->error( [ 'client' => 'nowiki' ] + self::DISABLE ) );
		$this->assertSame( 'notdisabled', $this->error( self::ACTION + [ 'do' => 'enable' ] ) );
		$this->set( 'enwiki', "chd_lock = 'wd1c:00000000deadbeef:" . ( time() + 200 ) . ":3:0'" );
		$this->assertSame( 'clientclaimed',
			$this->error( self::ACTION + [ 'do' => 'seek', 'to' => '3', 'allowskip' => 1 ] ) );
		$this->set( 'enwiki', 'chd_lock = NULL, chd_disabled = 1' );
		$this->assertSame( 'clientdisabled', $this->error( self::ACTION + [ 'do' => 'catchup' ] ) );
		$this->set( 'enwiki', 'chd_disabled = 0' );
		$this->farm->setSettings( [ 'rollout' => [ 'default' => 'on', 'enwiki' => 'off' ] ] );
		$this->assertSame( 'clientofwikibase', $this->error( self::ACTION + [ 'do' => 'catchup' ] ) );
		$this->farm->setSettings( [ 'notificationFormat' => 'smoke signals' ] );
		$this->assertSame( 'failed', $this->error( self::DISABLE ) );
		$this->farm->setSettings( [] );
		$this->assertStringContainsString( 'an action on enwiki failed', $this->farm->log() );
		$this->assertNothingWasDone();
	}

	public function test_a_finished_action_is_recorded_even_if_its_follow_up_fails(): void {
		$this->manage( self::DISABLE );
		$enable = fn () => $this->error( self::ACTION + [ 'do' => 'enable' ] );
		$this->assertSame( 'failed', $this->farm->without( Farm::REPO, 'job', $enable ) );
		$this->assertFalse( $this->isDisabled( 'enwiki' ) );
		$this->assertSame( [ 'disable', 'enable' ], array_column( $this->entries(), 'action' ) );
	}

	public function test_a_client_that_cannot_be_served_is_refused_with_the_reason(): void {
		$this->farm->setSettings( [ 'localClientDatabases' => [ 'dewiki', 'enwiki' => '' ] ] );
		$answer = $this->ask( self::ACTION + [ 'do' => 'catchup' ], self::OPERATOR );
		$this->assertSame( 'misconfigured', $answer['error']['code'], json_encode( $answer ) );
		$this->assertStringContainsString( 'it has no database', $answer['error']['info'] );
		$this->farm->setSettings( [] );
		$this->assertNothingWasDone();
	}

	public function test_while_the_wiki_is_read_only_nothing_is_done(): void {
		$session = $this->session( self::OPERATOR );
		$token = $session->token();
		$this->setGlobals( [ 'wgReadOnly' => 'moving house' ] );
		$this->assertSame( 'readonly', $session->post( self::DISABLE + [ 'token' => $token ] )['error']['code'] );
		$this->assertNothingWasDone();
	}

	public function test_a_host_without_the_module_and_a_client_say_so(): void {
		$bare = new WebServer( $this->farm, Farm::REPO, false );
		try {
			$session = ( new WebSession( $bare ) )->logIn( self::OPERATOR, self::PASSWORD );
			$answer = $session->post( self::DISABLE + [ 'token' => $session->token() ] );
			$this->assertSame( 'nomodule', $answer['error']['code'] );
		} finally {
			$bare->stop();
		}
		$client = new WebServer( $this->farm, 'enwiki' );
		try {
			$session = new WebSession( $client );
			$answer = $session->post( self::DISABLE + [ 'token' => $session->token() ] );
			$this->assertSame( 'notarepo', $answer['error']['code'] );
		} finally {
			$client->stop();
		}
		$this->assertNothingWasDone();
	}

	public function test_it_is_documented_and_has_a_grant(): void {
		$help = self::$web->get( '/api.php?action=help&modules=managedispatch&wrap=1' );
		foreach ( [ 'allowskip', 'dryrun', 'rebuildsubscriptions', 'takeup' ] as $word ) {
			$this->assertStringContainsString( $word, $help );
		}
		$this->assertStringNotContainsString( '⧼', $help, 'a message is missing' );
		$grants = self::$web->page( 'Special:ListGrants' );
		$this->assertStringContainsString( 'Manage the dispatching of changes to client wikis', $grants );
		$this->assertStringContainsString( self::RIGHT, $grants );
		$this->assertStringContainsString( self::RIGHT, self::$web->page( 'Special:ListGroupRights' ) );
	}

	/** What the API answers to the operator. */
	private function manage( array $parameters ): array {
		$answer = $this->ask( $parameters, self::OPERATOR );
		$this->assertArrayHasKey( 'managedispatch', $answer, json_encode( $answer ) );
		return $answer['managedispatch'];
	}

	/** The code by which it refuses. */
	private function error( array $parameters, string $user = self::OPERATOR ): string {
		$error = $this->ask( $parameters, $user )['error'] ?? [ 'code' => 'none', 'info' => '' ];
		$this->assertStringNotContainsString( '⧼', $error['info'], 'a message is missing' );
		return $error['code'];
	}

	private function ask( array $parameters, string $user ): array {
		$session = $this->session( $user );
		return $session->post( $parameters + [ 'token' => $session->token() ] );
	}

	private function assertNothingWasDone(): void {
		$this->assertFalse( $this->isDisabled( 'enwiki' ) );
		$this->assertSame( 0, $this->seen( 'enwiki' ) );
		$this->assertSame( [], $this->entries() );
	}
}
