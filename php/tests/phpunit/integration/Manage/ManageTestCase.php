<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Manage;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell\Scripts;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;

/**
 * A test of what people with the right can do to clients, by real requests to the repo; and of what others cannot.
 *
 * enwiki has three changes to get, of which two concern it. Everything takes the tokens that a browser would have.
 */
abstract class ManageTestCase extends FarmTestCase {

	use Scripts;

	protected const RIGHT = 'wikibase-dispatch-manage';

	/** Somebody with the right, somebody who can do everything else, and somebody with the right who is blocked. */
	protected const OPERATOR = 'Operator';
	protected const SYSOP = 'Sysop';
	protected const BLOCKED = 'Blocked';
	protected const PASSWORD = 'a long password of tests';

	/** CACHE_DB */
	private const IN_DATABASE = 1;

	protected static WebServer $web;
	private static bool $hasUsers = false;

	public static function setUpBeforeClass(): void {
		self::$web = new WebServer( Farm::used(), Farm::REPO );
	}

	public static function tearDownAfterClass(): void {
		self::$web->stop();
	}

	protected function setUp(): void {
		parent::setUp();
		$this->setGlobals();
		$db = $this->farm->database( Farm::REPO );
		foreach ( [ 'logging', 'log_search' ] as $table ) {
			$db->exec( "DELETE FROM $table" );
		}
		if ( !self::$hasUsers ) {
			self::$hasUsers = true;
			$this->makeUsers();
		}
		$this->subscribe( 'Q1', 'enwiki' );
		foreach ( [ 'Q1', 'Q2', 'Q1' ] as $entityId ) {
			$this->writeChange( $entityId );
		}
		$this->initialise();
	}

	/** Has the next requests be answered with these settings, and those of every test here. */
	protected function setGlobals( array $globals = [] ): void {
		$this->farm->setGlobals( $globals + [
			'wgSessionCacheType' => self::IN_DATABASE,
			'wgGroupPermissions' => [ 'operator' => [ self::RIGHT => true ] ],
		] );
	}

	protected function session( string $user ): WebSession {
		return ( new WebSession( self::$web ) )->logIn( $user, self::PASSWORD );
	}

	/** Runs the repo's jobs. */
	protected function dispatchRepo(): void {
		$this->announce();
		$this->runJobs( Farm::REPO );
	}

	/** Writes to the dispatch state of a client. */
	protected function set( string $client, string $assignment ): void {
		$this->farm->database( Farm::REPO )
			->prepare( "UPDATE wb_changes_dispatch SET $assignment WHERE chd_site = ?" )
			->execute( [ $client ] );
	}

	protected function isDisabled( string $client ): bool {
		$select = $this->farm->database( Farm::REPO )
			->prepare( 'SELECT chd_disabled FROM wb_changes_dispatch WHERE chd_site = ?' );
		$select->execute( [ $client ] );
		return (bool)(int)$select->fetchColumn();
	}

	/** A change that was set aside, which the client has seen otherwise. */
	protected function setAside( string $client, int $changeId, string $entityId = 'Q1' ): void {
		$this->farm->database( Farm::REPO )->prepare( 'INSERT INTO wb_changes_aside VALUES (?, ?, ?, ?)' )
			->execute( [ $client, $changeId, $entityId, '20260131120000' ] );
	}

	/**
	 * What is in the log about clients.
	 *
	 * @return list<array{action:string,user:string,title:string,reason:string,params:array}>
	 */
	protected function entries( string $wiki = Farm::REPO ): array {
		$rows = $this->farm->database( $wiki )->query(
			'SELECT log_action, actor_name, log_namespace, log_title, comment_text, log_params FROM logging' .
			' JOIN actor ON actor_id = log_actor JOIN comment ON comment_id = log_comment_id' .
			" WHERE log_type = 'wikibasedispatch' ORDER BY log_id"
		)->fetchAll();
		return array_map( static fn ( array $row ) => [
			'action' => $row['log_action'],
			'user' => $row['actor_name'],
			'title' => "{$row['log_namespace']}:{$row['log_title']}",
			'reason' => $row['comment_text'],
			'params' => unserialize( $row['log_params'] ),
		], $rows );
	}

	private function makeUsers(): void {
		$groups = [ self::OPERATOR => 'operator', self::SYSOP => 'sysop,bureaucrat', self::BLOCKED => 'operator' ];
		foreach ( $groups as $user => $names ) {
			$result = $this->farm->maintenance(
				Farm::REPO, 'createAndPromote', '--force', "--custom-groups=$names", $user, self::PASSWORD
			);
			$this->assertSame( 0, $result->status, $result->output );
		}
		$sysop = $this->session( self::SYSOP );
		$block = [ 'action' => 'block', 'user' => self::BLOCKED, 'reblock' => 1 ];
		$answer = $sysop->post( $block + [ 'token' => $sysop->token() ] );
		$this->assertArrayHasKey( 'block', $answer, json_encode( $answer ) );
		$this->farm->database( Farm::REPO )->exec( 'DELETE FROM logging' );
	}
}
