<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Prune\PruneRunner;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;

/**
 * Pruning waits for the replica (G8). The deletions are made by native code on a connection that MediaWiki does not
 * know, so that it has to be made to wait.
 */
class PruneReplicationTest extends TestCase {

	private const CHANGES = 1200;
	private const BATCH = 500;

	private static ReplicatedRepo $repo;

	public static function setUpBeforeClass(): void {
		$project = dirname( __DIR__, 5 );
		$tables = file_get_contents( "$project/tests/support/farm/sql/repo-mysql.sql" ) .
			file_get_contents( "$project/php/sql/mysql/tables-generated.sql" );
		// Without comments, MediaWiki's variables included.
		$tables = preg_replace( '~/\*.*?\*/|^--.*$~m', '', $tables );
		self::$repo = new ReplicatedRepo( array_filter( array_map( 'trim', explode( ';', $tables ) ) ) );
	}

	public static function tearDownAfterClass(): void {
		self::$repo->remove();
	}

	protected function setUp(): void {
		self::$repo->primary->exec( 'DELETE FROM wb_changes' );
		self::$repo->primary->exec( 'DELETE FROM wb_changes_dispatch' );
		self::$repo->primary->exec( 'ALTER TABLE wb_changes AUTO_INCREMENT = 1' );
		self::$repo->primary->exec( 'INSERT INTO wb_changes (change_type, change_time, change_object_id,' .
			' change_revision_id, change_user_id, change_info) VALUES ' . implode(
				', ', array_fill( 0, self::CHANGES, "('wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}')" )
			) );
		self::$repo->primary->exec( 'INSERT INTO wb_changes_dispatch (chd_site, chd_db, chd_seen)' .
			" VALUES ('enwiki', 'enwiki', " . self::CHANGES . ')' );
		self::$repo->waitForReplica();
	}

	public function test_g8_nothing_is_deleted_while_a_replica_is_behind(): void {
		self::$repo->follow( 'STOP', 'SQL_THREAD' );
		try {
			self::$repo->primary->exec( 'UPDATE wb_changes SET change_user_id = 6 WHERE change_id = 1' );
			$this->runner()->run();
			$left = self::$repo->isLagSeen() ? self::CHANGES : 0;
			$this->assertSame( $left, self::changes( self::$repo->primary ) );
		} finally {
			self::$repo->follow( 'START', 'SQL_THREAD' );
		}
	}

	public function test_g8_a_replica_that_stops_to_follow_ends_the_run_after_one_batch(): void {
		self::$repo->replica->exec( 'FLUSH TABLES wb_changes WITH READ LOCK' );
		try {
			$this->runner()->run();
			$left = self::$repo->isLagSeen() ? self::CHANGES - self::BATCH : 0;
			$this->assertSame( $left, self::changes( self::$repo->primary ) );
		} finally {
			self::$repo->replica->exec( 'UNLOCK TABLES' );
		}
		self::$repo->waitForReplica();
		$this->runner()->run();
		$this->assertSame( 0, self::changes( self::$repo->primary ) );
		self::$repo->waitForReplica();
		$this->assertSame( 0, self::changes( self::$repo->replica ) );
	}

	private static function changes( \PDO $server ): int {
		return (int)$server->query( 'SELECT COUNT(*) FROM wb_changes' )->fetchColumn();
	}

	private function runner(): PruneRunner {
		$queues = WikibaseDispatchServices::jobQueues( MediaWikiServices::getInstance() );
		$loadBalancers = self::$repo->loadBalancers();
		$settings = new WikiSettings(
			[ 'localClientDatabases' => [ 'enwiki' ], 'pruneGraceSeconds' => 0 ],
			[], ReplicatedRepo::DATABASE, $queues, new NullLogger()
		);
		$none = static fn (): array => [];
		return new PruneRunner(
			new NativeFactory( $settings, new RepoConnection( $loadBalancers ), $none, $none ),
			// The real one connects to the primary, and would hide it if nobody else did.
			$this->createMock( RolloutKeeper::class ),
			$queues,
			$settings,
			$loadBalancers,
			new NullLogger(),
			static fn (): float => hrtime( true ) / 1e9
		);
	}
}
