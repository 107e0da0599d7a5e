<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Queue;

use HashBagOStuff;
use JobQueueGroup;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\LocalQueueException;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use MediaWiki\JobQueue\JobQueueGroupFactory;
use MediaWiki\JobQueue\JobSpecification;
use PHPUnit\Framework\TestCase;
use Wikimedia\ObjectCache\BagOStuff;

/**
 * A push arrives or fails; it is never dropped in silence.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues
 */
class JobQueuesTest extends TestCase {

	protected function setUp(): void {
		ClassNames::load( BagOStuff::class );
	}

	public function test_jobs_are_pushed_to_the_queue_of_the_domain(): void {
		$group = $this->createMock( JobQueueGroup::class );
		$group->expects( $this->once() )->method( 'push' );
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->expects( $this->once() )->method( 'makeJobQueueGroup' )->with( 'en_db' )->willReturn( $group );
		( self::queues( $groups, [ 'en_db' ], [] ) )->pushTo( 'en_db', [ self::job() ] );
	}

	public function test_a_prefixed_domain_is_recognised_by_its_wiki_id(): void {
		$group = $this->createMock( JobQueueGroup::class );
		$group->expects( $this->once() )->method( 'push' );
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->method( 'makeJobQueueGroup' )->willReturn( $group );
		( self::queues( $groups, [ 'farm-en_' ], [] ) )->pushTo( 'farm-en_', [ self::job() ] );
	}

	public function test_a_domain_that_core_would_drop_jobs_for_is_refused(): void {
		$GLOBALS['wgDBname'] = 'repo_db';
		$GLOBALS['wgDBprefix'] = '';
		$GLOBALS['wgDBmwschema'] = null;
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->expects( $this->never() )->method( 'makeJobQueueGroup' );
		$this->expectException( UnrecognisedDomainException::class );
		$this->expectExceptionMessage( "'ghost_db'" );
		( self::queues( $groups, [ 'en_db' ], [] ) )->pushTo( 'ghost_db', [ self::job() ] );
	}

	/**
	 * @dataProvider provideMisnamed
	 */
	public function test_who_names_a_wiki_otherwise_is_told_the_setting_and_its_value(
		string $domain, array $farm, string $remedy
	): void {
		$GLOBALS['wgDBname'] = 'repo-db';
		$GLOBALS['wgDBprefix'] = 'r_';
		$GLOBALS['wgDBmwschema'] = null;
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->expects( $this->never() )->method( 'makeJobQueueGroup' );
		$this->expectException( UnrecognisedDomainException::class );
		$this->expectExceptionMessageMatches( "/^the database domain '[^']+' is no wiki of this farm: $remedy$/" );
		self::queues( $groups, $farm, [] )->pushTo( $domain, [ self::job() ] );
	}

	public static function provideMisnamed(): array {
		return [
			'not listed' => [ 'de_db', [ 'en_db' ], "add 'de_db' to \\\$wgLocalDatabases" ],
			'no prefix' => [ 'farm', [ 'farm-en_' ], "name it 'farm-en_' in localClientDatabases \\([^)]+\\)" ],
			'this wiki, with a dash and a prefix' => [
				'repo-db', [], "name it 'repo\\?hdb-r_' in localClientDatabases \\([^)]+\\)"
			],
			'this wiki by its wiki id' => [
				'repo-db-r_', [], "name it 'repo\\?hdb-r_' in localClientDatabases \\([^)]+\\)"
			],
			'a dash, and not listed' => [ 'my?hdb', [ 'en_db' ], "add 'my-db' to \\\$wgLocalDatabases" ],
			'a dash, and listed by its domain' => [ 'my?hdb', [ 'my?hdb' ], "add 'my-db' to \\\$wgLocalDatabases" ],
			'a dash, and called by its wiki id where its domain is to be, and vice versa' => [
				'my-db', [ 'my?hdb' ],
				"name it 'my\\?hdb' in localClientDatabases \\([^)]+\\), and add 'my-db' to \\\$wgLocalDatabases"
			],
			'a dash and a prefix' => [
				'my-db', [ 'my-db-p_' ], "name it 'my\\?hdb-p_' in localClientDatabases \\([^)]+\\)"
			],
			'many dashes' => [
				'a-b-c-d', [ 'a-b-c-d' ], "name it 'a\\?hb\\?hc\\?hd' in localClientDatabases \\([^)]+\\)"
			],
		];
	}

	public function test_a_queue_that_only_this_wiki_reads_takes_no_jobs_for_others(): void {
		$GLOBALS['wgDBname'] = 'repo_db';
		$GLOBALS['wgDBprefix'] = '';
		$GLOBALS['wgDBmwschema'] = null;
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->expects( $this->never() )->method( 'makeJobQueueGroup' );
		// As MediaWiki's installer writes it for SQLite.
		$configs = [ 'default' => [ 'class' => 'JobQueueDB', 'server' => [ 'type' => 'sqlite', 'dbname' => 'x' ] ] ];
		$this->expectException( LocalQueueException::class );
		$this->expectExceptionMessage( "'en_db'" );
		( self::queues( $groups, [ 'en_db' ], $configs ) )->pushTo( 'en_db', [ self::job() ] );
	}

	public function test_nothing_is_pushed_when_there_is_nothing_to_push(): void {
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->expects( $this->never() )->method( 'makeJobQueueGroup' );
		$queues = self::queues( $groups, [ 'en_db' ], [] );
		$queues->push( [] );
		$queues->pushTo( 'en_db', [] );
	}

	public function test_who_says_that_it_can_delay_jobs_is_believed_when_one_has_come(): void {
		$queue = new class() {
			public function delayedJobsEnabled(): bool {
				return true;
			}
		};
		$group = $this->createMock( JobQueueGroup::class );
		$group->method( 'get' )->willReturn( $queue );
		$groups = $this->createMock( JobQueueGroupFactory::class );
		$groups->method( 'makeJobQueueGroup' )->willReturn( $group );
		$delays = self::delays();
		$queues = new JobQueues( $groups, [], [], $delays );
		$this->assertTrue( $queues->claimsToDelay( Jobs::TRIGGER ) );
		$this->assertFalse( $queues->canDelay( Jobs::TRIGGER ) );
		$delays->came( Jobs::TRIGGER );
		$this->assertTrue( $queues->canDelay( Jobs::TRIGGER ) );
		$this->assertFalse( $queues->canDelay( Jobs::CLIENT ), 'that one may be in another queue' );
	}

	private static function queues( JobQueueGroupFactory $groups, array $farm, array $configs ): JobQueues {
		return new JobQueues( $groups, $farm, $configs, self::delays() );
	}

	private static function delays(): SeenDelays {
		return new SeenDelays( new HashBagOStuff(), new HashBagOStuff(), time( ... ) );
	}

	private static function job(): JobSpecification {
		return Jobs::notification( [ 'type' => Jobs::NOTIFICATION, 'params' => [] ] );
	}
}
