<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Command;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Order;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use PDO;
use Wikimedia\Rdbms\DBQueryError;
use Wikimedia\Rdbms\IDatabase;

/**
 * An admin's switch while others write the same rows. MariaDB 11.8 refuses to write a row that was written since the
 * transaction first read anything (innodb_snapshot_isolation). Here that is switched on where the server knows it.
 *
 * @coversNothing
 */
class SnapshotTest extends FarmTestCase {

	private const UNKNOWN_VARIABLE = 1193;

	private RolloutStore $store;
	private PDO $other;
	private bool $isStrict;

	protected function setUp(): void {
		parent::setUp();
		$services = MediaWikiServices::getInstance();
		$this->store = WikibaseDispatchServices::rolloutStore( $services );
		$this->isStrict = self::switchOn( self::primary() );
		$this->other = $this->farm->database( Farm::REPO );
		$this->other->exec(
			"INSERT INTO wb_changes_dispatch (chd_site, chd_db, chd_seen) VALUES ('enwiki', 'enwiki', 10)"
		);
		// As in a request, where the first statement begins a transaction. (Since 1.44 a commit takes the flag away.)
		self::primary()->setFlag( IDatabase::DBO_TRX );
	}

	protected function tearDown(): void {
		// A table that is in an open transaction cannot be emptied for the next test.
		$this->store->commit();
		self::primary()->clearFlag( IDatabase::DBO_TRX );
	}

	private static function primary(): IDatabase {
		return MediaWikiServices::getInstance()->getDBLoadBalancer()->getConnection( DB_PRIMARY );
	}

	private static function switchOn( IDatabase $db ): bool {
		try {
			$db->query( 'SET SESSION innodb_snapshot_isolation = ON', __METHOD__ );
			return true;
		} catch ( DBQueryError $e ) {
			if ( $e->errno !== self::UNKNOWN_VARIABLE ) {
				throw $e;
			}
			return false;
		}
	}

	/** That the test below could fail. */
	public function test_a_server_that_isolates_snapshots_refuses_a_write_of_a_row_that_has_changed(): void {
		$this->store->load();
		$this->other->exec( "UPDATE wb_changes_dispatch SET chd_seen = 11 WHERE chd_site = 'enwiki'" );
		try {
			self::primary()->update(
				'wb_changes_dispatch', [ 'chd_disabled' => 1 ], [ 'chd_site' => 'enwiki' ], __METHOD__
			);
			$this->assertFalse( $this->isStrict );
		} catch ( DBQueryError $e ) {
			$this->assertSame( [ true, 1020 ], [ $this->isStrict, $e->errno ] );
		}
		MediaWikiServices::getInstance()->getDBLoadBalancerFactory()->rollbackPrimaryChanges( __METHOD__ );
	}

	public function test_a_client_is_disabled_although_a_pass_has_just_moved_it(): void {
		$management = WikibaseDispatchServices::clientManagement( MediaWikiServices::getInstance() );
		$disable = static fn () => $management->carryOut( Command::disable( 'enwiki' ), Order::ofScript( '' ) )->isDone;
		$this->store->load();
		$this->other->exec( "UPDATE wb_changes_dispatch SET chd_seen = 11 WHERE chd_site = 'enwiki'" );
		$this->assertTrue( $disable() );
		$this->assertFalse( $disable(), 'it is by now' );
	}
}
