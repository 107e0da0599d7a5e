<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\MediaWikiServices;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\DispatchException;
use WikibaseDispatch\Settings;

/**
 * What native code says of a server that it cannot use (G13): what is wrong, whether trying again can help, and never
 * the password. Whatever it is, nothing is advanced.
 */
class UnusableServerTest extends FarmTestCase {

	private const SECRET = 'correct-horse-battery';
	/** Refuses connections: nobody listens there. */
	private const CLOSED_PORT = 1;

	public function test_the_description_of_mediawikis_configuration_is_enough_to_connect(): void {
		$this->writeChange( 'Q1' );
		$this->assertSame( 1, $this->dispatcher()->horizon() );
	}

	public function test_a_wrong_password_is_told_with_the_user_and_without_the_password(): void {
		$e = $this->failure( [ 'password' => self::SECRET ] );
		$this->assertSame( [ 1206, false ], [ $e->getCode(), $e->isRetryable() ], $e->getMessage() );
		$this->assertStringContainsString( "'farm'", $e->getMessage() );
	}

	public function test_a_missing_right_is_told_with_the_table(): void {
		$db = $this->farm->database( Farm::REPO );
		$db->exec( 'CREATE USER reader@localhost IDENTIFIED BY ' . $db->quote( self::SECRET ) );
		$db->exec( 'GRANT SELECT ON repowiki.wb_changes TO reader@localhost' );
		try {
			$e = $this->failure( [ 'user' => 'reader', 'password' => self::SECRET ] );
		} finally {
			$db->exec( 'DROP USER reader@localhost' );
		}
		$this->assertSame( [ 1206, false ], [ $e->getCode(), $e->isRetryable() ], $e->getMessage() );
		$this->assertStringContainsString( 'wb_changes_dispatch', $e->getMessage() );
	}

	public function test_a_server_that_cannot_be_reached_is_told_with_its_address_soon(): void {
		$start = microtime( true );
		$e = $this->failure(
			[ 'host' => '127.0.0.1', 'port' => self::CLOSED_PORT, 'password' => self::SECRET ],
			[ 'socket' => true ]
		);
		$this->assertLessThan( 10.0, microtime( true ) - $start );
		$this->assertSame( [ 1201, true ], [ $e->getCode(), $e->isRetryable() ], $e->getMessage() );
		$this->assertStringContainsString( '127.0.0.1', $e->getMessage() );
	}

	public function test_a_repo_that_was_never_updated_is_told_so(): void {
		$db = $this->farm->database( Farm::REPO );
		$db->exec( 'ALTER TABLE wb_changes_dispatch RENAME TO elsewhere' );
		try {
			$e = $this->failure( [] );
		} finally {
			$db->exec( 'ALTER TABLE elsewhere RENAME TO wb_changes_dispatch' );
		}
		$this->assertSame( [ 1204, false ], [ $e->getCode(), $e->isRetryable() ], $e->getMessage() );
		$this->assertStringContainsString( 'update.php', $e->getMessage() );
	}

	public function test_a_server_that_is_killed_is_used_again_once_it_is_back(): void {
		$this->writeChange( 'Q1' );
		$dispatcher = $this->dispatcher();
		$this->assertSame( 1, $dispatcher->horizon() );
		$this->farm->server( 'kill' );
		try {
			$dispatcher->horizon();
			$this->fail( 'no exception without a server' );
		} catch ( DispatchException $e ) {
			$this->assertSame( [ 1201, true ], [ $e->getCode(), $e->isRetryable() ], $e->getMessage() );
		} finally {
			$this->farm->server( 'start' );
		}
		$this->assertSame( 1, $dispatcher->horizon() );
	}

	/** What a dispatcher throws with another description; no exception of it, and no trace, has the password. */
	private function failure( array $replaced, array $removed = [] ): DispatchException {
		$argumentsBefore = ini_set( 'zend.exception_ignore_args', '0' );
		$this->writeChange( 'Q1' );
		try {
			$this->dispatcher( $replaced, $removed )->initialiseClients();
		} catch ( DispatchException $e ) {
			for ( $each = $e; $each !== null; $each = $each->getPrevious() ) {
				$this->assertStringNotContainsString( self::SECRET, $each->getMessage() );
				$this->assertStringNotContainsString( self::SECRET, print_r( array_filter(
					$each->getTrace(),
					static fn ( array $frame ) => is_a( $frame['class'] ?? '', Dispatcher::class, true )
				), true ) );
			}
			return $e;
		} finally {
			ini_set( 'zend.exception_ignore_args', (string)$argumentsBefore );
		}
		$this->fail( 'no exception' );
	}

	private function dispatcher( array $replaced = [], array $removed = [] ): Dispatcher {
		$connection = new RepoConnection( MediaWikiServices::getInstance()->getDBLoadBalancerFactory() );
		return new Dispatcher(
			$replaced + array_diff_key( $connection->describe(), $removed ),
			new Settings( [ 'repoSiteId' => Farm::REPO, 'localClientDatabases' => [ 'enwiki' ] ] )
		);
	}
}
