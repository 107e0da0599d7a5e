<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Manage;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * `Special:ManageDispatch` by real requests, without scripts.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Manage\SpecialManageDispatch
 */
class PageTest extends ManageTestCase {

	private const PAGE_NAME = 'Special:ManageDispatch';
	private const ENWIKI = self::PAGE_NAME . '/enwiki';

	private WebSession $operator;

	protected function setUp(): void {
		parent::setUp();
		$this->operator = $this->session( self::OPERATOR );
	}

	public function test_whoever_has_the_right_finds_it_and_sees_what_can_be_done(): void {
		$this->assertStringContainsString( self::PAGE_NAME, $this->operator->page( 'Special:SpecialPages' ) );
		$page = $this->operator->page( self::ENWIKI );
		$text = self::text( $page );
		$this->assertStringContainsString(
			'enwiki is enabled. It has received changes up to 0; 3 more changes can be dispatched.', $text
		);
		foreach ( [ 'disable', 'seek', 'catchup', 'rebuildsubscriptions' ] as $action ) {
			$this->assertStringContainsString( "do=$action", $page );
		}
		$this->assertStringNotContainsString( 'do=enable', $page );
		$this->assertStringNotContainsString( 'do=takeup', $page, 'nothing is set aside' );
		$this->assertAllMessagesAreThere( $page );
		$asked = $this->operator->page( self::PAGE_NAME );
		$this->assertStringContainsString( 'enwiki is enabled',
			self::text( $this->operator->submit( $asked, [ 'client' => 'enwiki' ] ) ) );
		$this->assertStringContainsString( 'There is no client “nowiki”',
			self::text( $this->operator->page( self::PAGE_NAME . '/nowiki' ) ) );
		$this->assertNothingWasDone();
	}

	public function test_a_client_is_disabled_and_enabled_by_forms_and_everybody_can_read_who_did_it(): void {
		$form = $this->operator->page( self::ENWIKI, [ 'do' => 'disable' ] );
		$this->assertStringContainsString( 'Nothing more is delivered to enwiki', self::text( $form ) );
		$this->assertAllMessagesAreThere( $form );
		$this->assertNothingWasDone();
		$done = $this->operator->submit( $form, [ 'wpreason' => 'closed' ] );
		$this->assertStringContainsString( 'Done.', self::text( $done ) );
		$this->assertTrue( $this->isDisabled( 'enwiki' ) );
		$log = self::text( ( new WebSession( self::$web ) )->page( 'Special:Log', [ 'type' => 'wikibasedispatch' ] ) );
		$this->assertMatchesRegularExpression(
			'/Operator .*disabled dispatching to enwiki, which had received changes up to 0 .*\(closed\)/', $log
		);

		$page = $this->operator->page( self::ENWIKI );
		$this->assertStringContainsString( 'enwiki is disabled.', self::text( $page ) );
		$this->assertStringContainsString( '(closed)', self::text( $page ), 'an extract of the log is below' );
		$this->assertStringNotContainsString( 'do=disable', $page );
		$form = $this->operator->page( self::ENWIKI, [ 'do' => 'enable' ] );
		$this->operator->submit( $form, [ 'wpafter' => '2', 'wpreason' => 'open again' ] );
		$this->assertFalse( $this->isDisabled( 'enwiki' ) );
		$this->assertSame( 2, $this->seen( 'enwiki' ) );
		$this->assertSame( [ 'disable', 'enable' ], array_column( $this->entries(), 'action' ) );
	}

	public function test_what_a_seek_means_is_shown_first_and_a_skip_has_to_be_ticked(): void {
		$form = $this->operator->page( self::ENWIKI, [ 'do' => 'seek' ] );
		$plan = $this->operator->submit( $form, [ 'to' => 'end' ] );
		$this->assertStringContainsString(
			'enwiki would be set forward from change 0 to change 3: ' .
				'it would never receive 2 of the 3 changes in between.',
			self::text( $plan )
		);
		$this->assertAllMessagesAreThere( $plan );
		$refused = self::text( $this->operator->submit( $plan, [ 'wpreason' => 'full disk' ] ) );
		$this->assertStringContainsString( 'enwiki would never receive 2 changes', $refused );
		$this->assertNothingWasDone();

		$this->set( 'enwiki', 'chd_seen = 1' );
		$refused = self::text( $this->operator->submit( $plan, [ 'wpskip' => '1' ] ) );
		$this->assertStringContainsString( 'enwiki is no longer at change 0', $refused );
		$this->assertSame( 1, $this->seen( 'enwiki' ) );
		$this->set( 'enwiki', 'chd_seen = 0' );

		$this->operator->submit( $plan, [ 'wpskip' => '1', 'wpreason' => 'full disk' ] );
		$this->assertSame( 3, $this->seen( 'enwiki' ) );
		$plan = $this->operator->page( self::ENWIKI, [ 'do' => 'seek', 'to' => '1' ] );
		$this->assertStringContainsString(
			'enwiki would be set back from change 3 to change 1: it would receive 1 of the 2 changes in between again.',
			self::text( $plan )
		);
		$this->operator->submit( $plan );
		$this->assertSame( 1, $this->seen( 'enwiki' ) );
		$log = self::text( $this->operator->page( 'Special:Log', [ 'type' => 'wikibasedispatch' ] ) );
		$this->assertStringContainsString( 'moved enwiki from change 0 to change 3', $log );
		$this->assertStringContainsString( 'moved enwiki from change 3 to change 1', $log );
		$this->assertStringNotContainsString( ' 2 of ', $log, 'the status does not tell how many concern the client' );
		$there = self::text( $this->operator->page( self::ENWIKI, [ 'do' => 'seek', 'to' => '1' ] ) );
		$this->assertStringContainsString( 'enwiki is already at change 1.', $there );
	}

	public function test_a_seek_that_was_refused_can_be_confirmed_as_it_is_shown_now(): void {
		$plan = $this->operator->page( self::ENWIKI, [ 'do' => 'seek', 'to' => 'end' ] );
		$this->set( 'enwiki', 'chd_seen = 1' );
		$refused = $this->operator->submit( $plan, [ 'wpskip' => '1', 'wpreason' => 'full disk' ] );
		$this->assertStringContainsString( 'enwiki is no longer at change 0', self::text( $refused ) );
		$this->assertStringContainsString( 'set forward from change 1 to change 3', self::text( $refused ) );
		$this->operator->submit( $refused );
		$this->assertSame( 3, $this->seen( 'enwiki' ) );
		$this->assertSame( [ [ '4::before' => 1, '5::after' => 3, 'client' => 'enwiki' ] ],
			array_column( $this->entries(), 'params' ) );
	}

	public function test_where_nothing_is_set_aside_there_is_no_form_to_retry_it(): void {
		$page = $this->operator->page( self::ENWIKI, [ 'do' => 'takeup' ] );
		$this->assertStringContainsString( 'enwiki is enabled.', self::text( $page ) );
		$this->assertStringNotContainsString( 'mw-htmlform', $page );
	}

	public function test_the_other_actions_have_forms_too(): void {
		$this->dispatchRepo();
		$this->set( 'enwiki', 'chd_seen = 0' );
		$this->setAside( 'enwiki', 3 );
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
		$forms = [ 'catchup' => [], 'rebuildsubscriptions' => [], 'takeup' => [ 'wpchange' => '3' ] ];
		foreach ( $forms as $do => $filledIn ) {
			$form = $this->operator->page( self::ENWIKI, [ 'do' => $do ] );
			$this->assertAllMessagesAreThere( $form );
			$done = self::text( $this->operator->submit( $form, $filledIn + [ 'wpreason' => 'tried' ] ) );
			$this->assertStringContainsString( 'Done.', $done, $do );
		}
		$this->assertCount( 1, $this->jobs( Farm::REPO, 'wikibase-dispatch-client' ) );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'RebuildSubscriptions' ) );
		$aside = $this->farm->database( Farm::REPO )->query( 'SELECT * FROM wb_changes_aside' );
		$this->assertSame( [], $aside->fetchAll() );
		$this->assertSame( array_keys( $forms ), array_column( $this->entries(), 'action' ) );
		$log = $this->operator->page( 'Special:Log', [ 'type' => 'wikibasedispatch' ] );
		$this->assertStringContainsString(
			'requested immediate dispatching to enwiki, which had received changes up to 0 (no failures)',
			self::text( $log )
		);
		$this->set( 'enwiki', "chd_lock = 'wd1r:" . ( time() + 200 ) . ":3:4'" );
		$this->assertStringContainsString( 'can be dispatched. Dispatching to it has failed 4 times in a row.',
			self::text( $this->operator->page( self::ENWIKI ) ) );
		$this->assertStringContainsString( 'requested another delivery of change 3 (Q1)', self::text( $log ) );
		$this->assertAllMessagesAreThere( $log );
	}

	public function test_without_the_right_nobody_finds_it_sees_a_client_on_it_or_does_anything(): void {
		$operators = $this->operator->page( self::ENWIKI, [ 'do' => 'disable' ] );
		foreach ( [ new WebSession( self::$web ), $this->session( self::SYSOP ) ] as $session ) {
			$this->assertStringNotContainsString( self::PAGE_NAME, $session->page( 'Special:SpecialPages' ) );
			foreach ( [ [], [ 'do' => 'seek', 'to' => 'end' ] ] as $parameters ) {
				$page = self::text( $session->page( self::ENWIKI, $parameters ) );
				$this->assertStringContainsString( 'manage the dispatching of changes to client wikis', $page );
				$this->assertDoesNotMatchRegularExpression( '/is enabled|change 3/', $page );
			}
			$session->submit( $operators, [ 'wpEditToken' => $session->token() ] );
			$session->postTo( self::ENWIKI, [ 'do' => 'disable', 'wpEditToken' => $session->token() ] );
		}
		$this->assertNothingWasDone();
	}

	public function test_whoever_is_blocked_does_nothing(): void {
		$blocked = $this->session( self::BLOCKED );
		$this->assertStringContainsString( 'blocked', self::text( $blocked->page( self::ENWIKI ) ) );
		$form = $this->operator->page( self::ENWIKI, [ 'do' => 'disable' ] );
		$blocked->submit( $form, [ 'wpEditToken' => $blocked->token() ] );
		$this->assertNothingWasDone();
	}

	public function test_csrf_a_form_without_the_right_token_or_in_an_address_does_nothing(): void {
		$form = $this->operator->page( self::ENWIKI, [ 'do' => 'disable' ] );
		$ofOther = $this->session( self::SYSOP )->token();
		foreach ( [ null, '', '+\\', 'rubbish', $ofOther ] as $token ) {
			$this->operator->submit( $form, [ 'wpEditToken' => $token ] );
			$this->assertNothingWasDone();
		}
		$this->operator->page( self::ENWIKI, [
			'do' => 'disable', 'wpEditToken' => $this->operator->token(), 'wpreason' => 'x', 'wpFormIdentifier' => '',
		] );
		$this->assertNothingWasDone();
	}

	public function test_g15_what_somebody_writes_is_shown_as_text(): void {
		$script = '<script>alert(1)</script>';
		$this->assertStringNotContainsString( $script, $this->operator->page( self::PAGE_NAME . "/$script" ) );
		$form = $this->operator->page( self::ENWIKI, [ 'do' => 'disable' ] );
		$this->assertStringNotContainsString( $script, $this->operator->submit( $form, [ 'wpreason' => $script ] ) );
		$this->assertSame( $script, $this->entries()[0]['reason'] );
		$this->assertStringNotContainsString( $script, $this->operator->page( 'Special:Log' ) );
		$markup = "[[Main Page|here]] '''{{Main Page}}'''";
		$this->assertStringContainsString( "There is no client “{$markup}”",
			self::text( $this->operator->page( self::PAGE_NAME, [ 'client' => $markup ] ) ) );
		$this->setAside( 'enwiki', 3, 'Q<i>1</i>' );
		$this->assertStringContainsString( '3 (Q&lt;i&gt;1&lt;/i&gt;)',
			$this->operator->page( self::ENWIKI, [ 'do' => 'takeup' ] ) );
	}

	private static function text( string $html ): string {
		$text = html_entity_decode( strip_tags( $html ), ENT_QUOTES | ENT_HTML5 );
		return preg_replace( '/[\s\x{a0}]+/u', ' ', $text );
	}

	private function assertAllMessagesAreThere( string $page ): void {
		$this->assertDoesNotMatchRegularExpression( '/⧼|&lt;wikibasedispatch-/', $page );
	}

	private function assertNothingWasDone(): void {
		$this->assertFalse( $this->isDisabled( 'enwiki' ) );
		$this->assertSame( 0, $this->seen( 'enwiki' ) );
		$this->assertSame( [], $this->entries() );
	}
}
