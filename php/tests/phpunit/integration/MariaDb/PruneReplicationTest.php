<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Events;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;

/**
 * Pruning waits for the replica (G8). The deletions are made by native code on a connection that MediaWiki does not
 * know, so that it has to be made to wait.
 *
 * @coversNothing
 */
class PruneReplicationTest extends TestCase {

	private const CHANGES = 1200;
	private const BATCH = 500;

	private static ReplicatedWiki $wiki;

	public static function setUpBeforeClass(): void {
		$project = dirname( __DIR__, 5 );
		$tables = file_get_contents( "$project/tests/support/sql/wikibase-mysql.sql" ) .
			implode( '', array_map(
				static fn ( string $file ) => file_get_contents( "$project/php/sql/mysql/$file-generated.sql" ),
				[ 'tables', 'rollout', 'ledger' ]
			) );
		// Without comments, MediaWiki's variables included.
		$tables = preg_replace( '~/\*.*?\*/|^--.*$~m', '', $tables );
		self::$wiki = new ReplicatedWiki( array_filter( array_map( 'trim', explode( ';', $tables ) ) ) );
	}

	public static function tearDownAfterClass(): void {
		self::$wiki->remove();
	}

	protected function setUp(): void {
		self::$wiki->primary->exec( 'DELETE FROM wb_changes' );
		self::$wiki->primary->exec( 'DELETE FROM wb_changes_dispatch' );
		self::$wiki->primary->exec( 'ALTER TABLE wb_changes AUTO_INCREMENT = 1' );
		self::$wiki->primary->exec( 'INSERT INTO wb_changes (change_type, change_time, change_object_id,' .
			' change_revision_id, change_user_id, change_info) VALUES ' . implode(
				', ', array_fill( 0, self::CHANGES, "('wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}')" )
			) );
		self::$wiki->primary->exec( 'INSERT INTO wb_changes_dispatch (chd_site, chd_db, chd_seen)' .
			" VALUES ('enwiki', 'enwiki', " . self::CHANGES . ')' );
		// As the first trigger leaves it, where all clients are ours; before that nothing may go.
		self::$wiki->primary->exec( "REPLACE INTO wb_changes_rollout (cro_site, cro_state) VALUES ('', 'idle')" );
		self::$wiki->waitForReplica();
	}

	public function test_g8_nothing_is_deleted_while_a_replica_is_behind(): void {
		self::$wiki->follow( 'STOP', 'SQL_THREAD' );
		try {
			self::$wiki->primary->exec( 'UPDATE wb_changes SET change_user_id = 6 WHERE change_id = 1' );
			$this->prune();
			$left = self::$wiki->isLagSeen() ? self::CHANGES : 0;
			$this->assertSame( $left, self::changes( self::$wiki->primary ) );
		} finally {
			self::$wiki->follow( 'START', 'SQL_THREAD' );
		}
	}

	public function test_g8_a_replica_that_stops_to_follow_ends_the_run_after_one_batch(): void {
		self::$wiki->replica->exec( 'FLUSH TABLES wb_changes WITH READ LOCK' );
		try {
			$this->prune();
			$left = self::$wiki->isLagSeen() ? self::CHANGES - self::BATCH : 0;
			$this->assertSame( $left, self::changes( self::$wiki->primary ) );
		} finally {
			self::$wiki->replica->exec( 'UNLOCK TABLES' );
		}
		self::$wiki->waitForReplica();
		$this->prune();
		$this->assertSame( 0, self::changes( self::$wiki->primary ) );
		self::$wiki->waitForReplica();
		$this->assertSame( 0, self::changes( self::$wiki->replica ) );
	}

	private static function changes( \PDO $server ): int {
		return (int)$server->query( 'SELECT COUNT(*) FROM wb_changes' )->fetchColumn();
	}

	private function prune(): void {
		$queues = WikibaseDispatchServices::jobQueues( MediaWikiServices::getInstance() );
		$loadBalancers = self::$wiki->loadBalancers();
		$settings = new WikiSettings(
			[ 'localClientDatabases' => [ 'enwiki' ], 'pruneGraceSeconds' => 0 ],
			[], ReplicatedWiki::DATABASE, $queues, new NullLogger()
		);
		$unused = static fn () => null;
		$interpreter = new Interpreter(
			$queues, $loadBalancers, new Events( static fn () => [] ), $unused, $unused, $unused, $unused
		);
		$native = new NativeFactory(
			FoundVersions::module(), $settings, new RepoConnection( $loadBalancers ), static fn (): array => []
		);
		$interpreter->run( $native->dispatcher()->prune() );
	}
}
