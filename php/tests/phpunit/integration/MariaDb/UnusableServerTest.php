<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell\Scripts;
use MediaWiki\MediaWikiServices;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\Job;
use WikibaseDispatch\DispatchException;
use WikibaseDispatch\Settings;

/**
 * What native code says of a server that it cannot use (G13): what is wrong, whether trying again can help, and never
 * the password. Whatever it is, nothing is advanced.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\MysqlConnection
 */
class UnusableServerTest extends FarmTestCase {

	use Scripts;

	private const SECRET = 'correct-horse-battery';
	/** Refuses connections: nobody listens there. */
	private const CLOSED_PORT = 1;

	public function test_the_description_of_mediawikis_configuration_is_enough_to_connect(): void {
		$this->writeChange( 'Q1' );
		$this->assertSame( 1, $this->native()->horizon() );
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
		$this->assertStringContainsString( 'wb_changes_rollout', $e->getMessage() );
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
		$e = $this->farm->without( Farm::REPO, 'wb_changes_dispatch', fn () => $this->failure( [] ) );
		$this->assertSame( [ 1204, false ], [ $e->getCode(), $e->isRetryable() ], $e->getMessage() );
		$this->assertStringContainsString( 'update.php', $e->getMessage() );
	}

	public function test_a_server_that_is_killed_is_used_again_once_it_is_back(): void {
		$this->writeChange( 'Q1' );
		$dispatcher = $this->native();
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

	public function test_the_status_at_a_shell_ends_with_3_where_the_server_is_down(): void {
		$this->farm->server( 'kill' );
		try {
			$this->scriptEnding( 3, 'ShowStatus' );
		} finally {
			$this->farm->server( 'start' );
		}
	}

	/** What a dispatcher throws with another description; no exception of it, and no trace, has the password. */
	private function failure( array $replaced, array $removed = [] ): DispatchException {
		$argumentsBefore = ini_set( 'zend.exception_ignore_args', '0' );
		$this->writeChange( 'Q1' );
		try {
			$job = $this->native( $replaced, $removed )->trigger();
			$step = $job->next();
			$this->assertSame( 'failed', $step['state'] );
			$job->raise( $step['cause']['native'] );
		} catch ( DispatchException $e ) {
			for ( $each = $e; $each !== null; $each = $each->getPrevious() ) {
				$this->assertStringNotContainsString( self::SECRET, $each->getMessage() );
				$this->assertStringNotContainsString( self::SECRET, print_r( array_filter(
					$each->getTrace(),
					static fn ( array $frame ) => ( $frame['class'] ?? '' ) === Dispatcher::class
						|| ( $frame['class'] ?? '' ) === Job::class
				), true ) );
			}
			return $e;
		} finally {
			ini_set( 'zend.exception_ignore_args', (string)$argumentsBefore );
		}
		$this->fail( 'no exception' );
	}

	private function native( array $replaced = [], array $removed = [] ): Dispatcher {
		$connection = new RepoConnection( MediaWikiServices::getInstance()->getDBLoadBalancerFactory() );
		return new Dispatcher(
			$replaced + array_diff_key( $connection->describe(), $removed ),
			new Settings( [ 'repoSiteId' => Farm::REPO, 'localClientDatabases' => [ 'enwiki' ] ] )
		);
	}
}
