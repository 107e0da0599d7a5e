<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;

/**
 * What programs hear that ask the API of the repo, by real requests.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Api\QueryDispatchStatus
 */
class ApiTest extends StatusTestCase {

	private const QUESTION = [ 'action' => 'query', 'meta' => 'dispatchstatus', 'formatversion' => 2 ];

	protected function setUp(): void {
		parent::setUp();
		$this->subscribe( 'Q1', ...Farm::WIKIS );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
	}

	/** Whoever changes a name or a type here breaks programs: see StatusDocument::VERSION. */
	public function test_keys_and_types_are_those_of_version_2(): void {
		$answer = $this->api();
		$this->assertSame( 2, $answer['version'] );
		$this->assertSame( [
			'version' => 'integer', 'health' => 'string', 'reason' => 'string', 'reasonclient' => 'NULL',
			'reasonparams' => 'array', 'takenat' => 'string', 'activeat' => 'string', 'horizon' => 'integer',
			'newest' => 'integer', 'waiting' => 'integer', 'medianlag' => 'integer',
		], array_slice( array_map( 'gettype', $answer ), 0, 11 ) );
		$this->assertSame(
			[
				'changesperminutein', 'deliveredperminute', 'gap', 'warnings', 'latechanges', 'setaside',
				'unknownforms', 'conditions', 'troubled', 'versions', 'clients',
			],
			array_slice( array_keys( $answer ), 11 )
		);
		$this->assertSame( count( Farm::WIKIS ), $answer['conditions']['up-to-date'] );
		$this->assertSame( MW_VERSION, $answer['versions']['mediawiki'] );
		$this->assertSame( [
			'siteid' => 'string', 'condition' => 'string', 'trouble' => 'NULL', 'stalled' => 'boolean',
			'rollout' => 'string', 'disabled' => 'boolean', 'seen' => 'integer', 'pending' => 'integer',
			'lagseconds' => 'integer', 'lastpass' => 'string', 'dueat' => 'NULL', 'claimeduntil' => 'NULL',
			'restinguntil' => 'NULL',
			'failures' => 'integer', 'lasterror' => 'NULL', 'format' => 'string', 'wantedformat' => 'string',
			'whynotwanted' => 'NULL', 'version' => 'string', 'marked' => 'string', 'receipts' => 'array',
		], array_map( 'gettype', $answer['clients'][0] ) );
		$this->assertLessThan( 60, abs( time() - strtotime( $answer['takenat'] ) ) );
	}

	public function test_the_most_lagged_come_first_and_the_rest_by_continuing(): void {
		$this->farm->database( Farm::REPO )->exec(
			"UPDATE wb_changes_dispatch SET chd_seen = 0 WHERE chd_site = 'enwiki'"
		);
		$this->farm->database( Farm::REPO )->exec(
			"UPDATE wb_changes_dispatch SET chd_disabled = 1 WHERE chd_site = 'dewiki'"
		);
		$met = [];
		$continue = [];
		do {
			$answer = self::$web->api( self::QUESTION + [ 'dslimit' => 1 ] + $continue );
			array_push( $met, ...array_column( $answer['query']['dispatchstatus']['clients'], 'siteid' ) );
			$continue = $answer['continue'] ?? null;
		} while ( $continue !== null && count( $met ) < 9 );
		$this->assertSame( [ 'enwiki', 'repowiki', 'dewiki' ], $met );
	}

	public function test_clients_are_chosen_by_name_and_by_condition(): void {
		$siteIds = fn ( array $parameters ) => array_column( $this->api( $parameters )['clients'], 'siteid' );
		$this->assertSame( [ 'dewiki', 'enwiki' ], $siteIds( [ 'dsclient' => 'enwiki|dewiki|nowiki' ] ) );
		$this->assertSame( [], $siteIds( [ 'dscondition' => 'failing|lock-held' ] ) );
		$this->assertCount( 3, $siteIds( [ 'dscondition' => 'up-to-date' ] ) );
	}

	public function test_what_makes_no_sense_is_refused(): void {
		foreach ( [ 'x', '1|2', 'a|2|b', '-1|2|enwiki' ] as $place ) {
			$answer = self::$web->api( [ 'dscontinue' => $place ] + self::QUESTION );
			$this->assertSame( 'badcontinue', $answer['error']['code'], $place );
		}
		$answer = self::$web->api( [ 'dscondition' => 'asleep' ] + self::QUESTION );
		$this->assertStringContainsString( 'asleep', json_encode( $answer['warnings'] ) );
		$this->assertSame( [], $answer['query']['dispatchstatus']['clients'] );
	}

	public function test_a_client_dispatches_to_nobody_and_says_so(): void {
		$web = new WebServer( $this->farm, 'enwiki' );
		try {
			$this->assertSame( 'notarepo', $web->api( self::QUESTION )['error']['code'] );
			$statistics = $web->api( [ 'action' => 'query', 'meta' => 'siteinfo', 'siprop' => 'statistics' ] );
			$this->assertArrayNotHasKey( 'dispatch', $statistics['query']['statistics'] );
		} finally {
			$web->stop();
		}
	}

	public function test_a_status_that_cannot_be_read_is_an_error_that_the_log_explains(): void {
		$this->farm->setSettings( [ 'notificationFormat' => 'smoke signals' ] );
		$error = self::$web->api( self::QUESTION )['error'];
		$this->assertSame( 'unknownstatus', $error['code'] );
		$this->assertStringNotContainsString( 'smoke', json_encode( $error ) );
		$this->assertStringContainsString( 'smoke signals', $this->farm->log() );
		$statistics = self::$web->api( [ 'action' => 'query', 'meta' => 'siteinfo', 'siprop' => 'statistics' ] );
		$this->assertArrayHasKey( 'pages', $statistics['query']['statistics'], 'the others are told' );
	}

	public function test_it_is_documented(): void {
		$help = self::$web->get( '/api.php?action=help&modules=query%2Bdispatchstatus&wrap=1' );
		foreach ( [ 'dsclient', 'dscondition', 'dslimit', 'dscontinue', 'lock-held' ] as $word ) {
			$this->assertStringContainsString( $word, $help );
		}
		$this->assertStringNotContainsString( '⧼', $help, 'a message is missing' );
	}

	public function test_the_statistics_of_the_site_have_the_numbers_that_wikibase_1_37_told(): void {
		$last = $this->writeChange( 'Q1' );
		$this->farm->database( Farm::REPO )->exec(
			"UPDATE wb_changes_dispatch SET chd_seen = chd_seen + 1 WHERE chd_site <> 'enwiki'"
		);
		$told = self::$web->api( [ 'action' => 'query', 'meta' => 'siteinfo', 'siprop' => 'statistics' ] );
		$dispatch = $told['query']['statistics']['dispatch'];
		$this->assertSame(
			[ 'oldest', 'newest', 'freshest', 'median', 'stalest', 'average' ], array_keys( $dispatch )
		);
		$this->assertSame( [ 'id' => 1, 'timestamp' => '20260131120000' ], $dispatch['oldest'] );
		$this->assertSame( $last, $dispatch['newest']['id'] );
		$stalest = $dispatch['stalest'];
		$this->assertSame( [ 'pending', 'lag', 'site', 'position', 'touched' ], array_keys( $stalest ) );
		$this->assertSame( [ 1, 'enwiki', $last - 1 ],
			[ $stalest['pending'], $stalest['site'], $stalest['position'] ] );
		$this->assertGreaterThan( 86_400, $stalest['lag'], 'the change is of last January' );
		$this->assertSame( [ 0, 0 ], [ $dispatch['median']['pending'], $dispatch['freshest']['lag'] ] );
		$this->assertSame( [ 'pending', 'lag' ], array_keys( $dispatch['average'] ) );
	}
}
