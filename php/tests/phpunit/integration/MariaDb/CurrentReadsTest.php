<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use Closure;
use MediaWiki\CommentStore\CommentStore;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ActorStores;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Caches;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\RecentChangeColumns;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\RecentChangeSaver;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\UsageDatabase;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\ChangeHooks;
use MediaWiki\Extension\WikibaseDispatch\Client\CurrentReads;
use MediaWiki\Extension\WikibaseDispatch\Client\LinkedPageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\Mark\OwnMark;
use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Client\PageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\PageUpdater;
use MediaWiki\Extension\WikibaseDispatch\Client\Receipt\Receipts;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeComment;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeListeners;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeTeller;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeWriter;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RecentChangeGuard;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RecentChangeRedactor;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RepoRevisions;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RevisionVisibility;
use MediaWiki\Extension\WikibaseDispatch\Client\RemoteActors;
use MediaWiki\Extension\WikibaseDispatch\Client\UnknownFormReport;
use MediaWiki\Extension\WikibaseDispatch\Client\UsageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\WrittenRecentChanges;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use MediaWiki\Site\SiteLookup;
use MediaWiki\Title\TitleFactory;
use PDO;
use PHPUnit\Framework\TestCase;
use Psr\Log\AbstractLogger;
use Psr\Log\LoggerInterface;
use Psr\Log\LogLevel;
use Wikimedia\Rdbms\ILBFactory;

/**
 * What a client reads to handle a notification is read from a replica that has it all, and from the primary only where
 * none has (G16). Two real servers; what is said to each is compared.
 *
 * @coversNothing
 */
class CurrentReadsTest extends TestCase {

	private const TABLES = [ 'page', 'wbc_entity_usage', 'recentchanges', 'actor', 'comment' ];

	/** The primary is for writing. */
	private const NO_LOAD = [ 'load' => 0 ];

	private static ReplicatedWiki $wiki;

	private LoggerInterface $logger;
	private float $now = 100.0;
	/** @var list<array{0:string,1:array<string,mixed>}> type and parameters of jobs */
	private array $pushed = [];

	public static function setUpBeforeClass(): void {
		ClassNames::load( TitleFactory::class, CommentStore::class, SiteLookup::class );
		$farm = Farm::used()->database( 'enwiki' );
		self::$wiki = new ReplicatedWiki( array_map(
			static fn ( string $table ) => $farm->query( "SHOW CREATE TABLE $table" )->fetch( PDO::FETCH_NUM )[1],
			self::TABLES
		) );
	}

	public static function tearDownAfterClass(): void {
		self::$wiki->remove();
	}

	protected function setUp(): void {
		if ( !self::$wiki->isLagSeen() ) {
			$this->markTestSkipped( 'MediaWiki cannot ask this server for its position, so it is read itself.' );
		}
		$this->logger = new class() extends AbstractLogger {
			/** @var list<string> */
			public array $warnings = [];

			/**
			 * @inheritDoc
			 */
			public function log( $level, $message, array $context = [] ): void {
				if ( $level === LogLevel::WARNING ) {
					$this->warnings[] = $context['event'];
				}
			}
		};
		foreach ( self::TABLES as $table ) {
			self::$wiki->primary->exec( "DELETE FROM $table" );
		}
		$this->page( 7, 'Berlin', 'L.en' );
		self::$wiki->waitForReplica();
		self::$wiki->listen();
	}

	/**
	 * @dataProvider providePositions
	 */
	public function test_a_replica_that_has_everything_is_read_and_the_primary_is_only_asked_how_far_it_is(
		array $server
	): void {
		$this->handle( $this->reads( self::$wiki->loadBalancers( self::NO_LOAD + $server, $server ) ) );
		$this->assertSame( [ 'Berlin' ], $this->purged() );
		$this->assertSame( [], $this->selects( self::$wiki->primary ) );
		$this->assertSame(
			[ 'wbc_entity_usage', 'wbc_entity_usage', 'page', 'page' ], $this->selects( self::$wiki->replica )
		);
		$this->assertTrue( $this->isAskedToWait() );
		$this->assertSame( [], $this->logger->warnings );
	}

	public static function providePositions(): array {
		return [ 'in the binlog' => [ [] ], 'by GTID' => [ [ 'useGTIDs' => true ] ] ];
	}

	public function test_a_transaction_that_has_begun_to_read_on_a_replica_hides_nothing(): void {
		$loadBalancers = self::$wiki->loadBalancers( self::NO_LOAD, [ 'flags' => DBO_TRX ] );
		$replica = $loadBalancers->getMainLB()->getConnection( DB_REPLICA );
		$this->assertSame( 1, (int)$replica->selectField( 'page', 'COUNT(*)', [], __METHOD__ ) );
		$this->page( 8, 'Paris', 'L.en' );
		self::$wiki->waitForReplica();
		$this->handle( $this->reads( $loadBalancers ) );
		$this->assertSame( [ 'Berlin', 'Paris' ], $this->purged() );
		$this->assertSame( [], $this->selects( self::$wiki->primary ) );
	}

	public function test_g16_a_page_whose_usage_no_replica_has_yet_is_not_missed(): void {
		$this->whileReplicaIsLate( 'wbc_entity_usage', function (): void {
			$reads = $this->reads( self::$wiki->loadBalancers( self::NO_LOAD ) );
			$this->handle( $reads );
			$this->assertSame( [ 'Berlin', 'Paris' ], $this->purged() );
			$this->assertTrue( $this->isAskedToWait() );
			$this->assertSame( [ 'replica-not-read' ], $this->logger->warnings );

			// Nobody waits again so soon, nor for long after it has caught up.
			self::$wiki->listen();
			$this->handle( $reads );
			$this->assertSame( [ 'Berlin', 'Paris' ], $this->purged() );
			$this->assertFalse( $this->isAskedToWait() );
			$this->assertSame( [], $this->selects( self::$wiki->replica ) );
		} );
		$this->now += 100;
		self::$wiki->listen();
		$this->handle( $this->reads( self::$wiki->loadBalancers( self::NO_LOAD ) ) );
		$this->assertSame( [ 'Berlin', 'Paris' ], $this->purged() );
		$this->assertSame( [], $this->selects( self::$wiki->primary ) );
	}

	public function test_g16_nothing_is_missed_when_replication_has_stopped(): void {
		self::$wiki->follow( 'STOP' );
		try {
			$this->page( 8, 'Paris', 'L.en' );
			$this->handle( $this->reads( self::$wiki->loadBalancers( self::NO_LOAD ) ) );
			$this->assertSame( [ 'Berlin', 'Paris' ], $this->purged() );
		} finally {
			self::$wiki->follow( 'START' );
		}
	}

	public function test_a_replica_that_cannot_be_reached_keeps_nothing_from_being_handled(): void {
		$loadBalancers = self::$wiki->loadBalancers( self::NO_LOAD, [ 'host' => 'localhost:/nowhere' ] );
		$this->handle( $this->reads( $loadBalancers ) );
		$this->assertSame( [ 'Berlin' ], $this->purged() );
		$this->assertSame( [ 'replica-not-read' ], $this->logger->warnings );
	}

	public function test_recent_changes_that_were_written_are_found_on_a_replica(): void {
		$loadBalancers = self::$wiki->loadBalancers( self::NO_LOAD );
		$changes = $this->changes( $loadBalancers );
		$this->assertSame( 1, $this->write( $loadBalancers, $changes ) );
		$this->assertSame( 0, $this->write( $loadBalancers, $changes ), 'it has waited for its own row' );
		$this->assertSame(
			[ 'page', 'recentchanges', 'page', 'recentchanges' ],
			array_slice( $this->selects( self::$wiki->replica ), -4 )
		);
		// To write, it asks for columns, and for ids of who and what.
		$this->assertNotContains( 'page', $this->selects( self::$wiki->primary ) );
		$this->assertSame( [], preg_grep( '/ WHERE .*rc_/', self::$wiki->heard( self::$wiki->primary ) ) );
	}

	/** G16 */
	public function test_recent_changes_that_no_replica_has_yet_are_not_written_again(): void {
		$loadBalancers = self::$wiki->loadBalancers( self::NO_LOAD );
		$changes = $this->changes( $loadBalancers );
		$this->whileReplicaIsLate( 'recentchanges', function () use ( $loadBalancers, $changes ): void {
			$this->assertSame( 1, $this->write( $loadBalancers, $changes ) );
			$this->assertSame( 0, $this->write( $loadBalancers, $changes ) );
		} );
	}

	public function test_pages_that_were_just_looked_up_are_not_looked_up_again(): void {
		$loadBalancers = self::$wiki->loadBalancers( self::NO_LOAD );
		[ $change ] = $this->changes( $loadBalancers );
		self::$wiki->listen();
		$change['pages'] = [ 7 => [ 0, 'Berlin', 21, 300 ] ];
		$this->assertSame( 1, $this->write( $loadBalancers, [ $change ] ) );
		$this->assertNotContains( 'page', $this->selects( self::$wiki->primary ) );
		$this->assertNotContains( 'page', $this->selects( self::$wiki->replica ) );
		$this->assertSame( [ 'Berlin', 21, 21, 300, 300 ], array_map(
			static fn ( mixed $value ) => is_numeric( $value ) ? (int)$value : $value,
			self::$wiki->primary->query(
				'SELECT rc_title, rc_this_oldid, rc_last_oldid, rc_old_len, rc_new_len FROM recentchanges'
			)->fetch( PDO::FETCH_NUM )
		) );
	}

	private function whileReplicaIsLate( string $table, Closure $work ): void {
		$release = self::$wiki->holdBack( $table );
		try {
			$this->page( 8, 'Paris', 'L.en' );
			$work();
		} finally {
			$release();
			self::$wiki->waitForReplica();
		}
	}

	private function page( int $id, string $title, string $aspect ): void {
		self::$wiki->primary->exec(
			'INSERT INTO page (page_id, page_namespace, page_title, page_random, page_touched, page_latest, page_len)' .
			" VALUES ($id, 0, '$title', 0.5, '20260131235959', 21, 300)"
		);
		self::$wiki->primary->exec(
			"INSERT INTO wbc_entity_usage (eu_entity_id, eu_aspect, eu_page_id) VALUES ('Q1', '$aspect', $id)"
		);
	}

	private function reads( ILBFactory $loadBalancers ): CurrentReads {
		$loadBalancers->setDefaultReplicationWaitTimeout( 1 );
		return new CurrentReads(
			$loadBalancers, new UsageDatabase( $loadBalancers, false ),
			Caches::ofHost( MediaWikiServices::getInstance() ), fn () => $this->now, $this->logger
		);
	}

	private function handle( CurrentReads $reads ): void {
		$this->pushed = [];
		$queues = $this->createMock( JobQueues::class );
		$queues->method( 'push' )->willReturnCallback( function ( array $jobs ): void {
			foreach ( $jobs as $job ) {
				$this->pushed[] = [ $job->getType(), $job->getParams() ];
			}
		} );
		$settings = $this->createMock( ClientSettings::class );
		$settings->method( 'siteId' )->willReturn( 'enwiki' );
		$settings->method( 'contentNamespaces' )->willReturn( [ 0 ] );
		$settings->method( 'injectsRecentChanges' )->willReturn( true );
		foreach ( [ 'recentChangesMaxPages', 'recentChangesBatchSize', 'purgeCacheBatchSize' ] as $number ) {
			$settings->method( $number )->willReturn( 300 );
		}
		$metrics = $this->createMock( Metrics::class );
		$handler = new NotificationHandler(
			$reads, new UsageLookup(),
			new LinkedPageLookup( MediaWikiServices::getInstance()->getTitleFactory() ), new PageLookup(),
			new PageUpdater( $queues ), $this->createMock( ChangeHooks::class ), $queues,
			$this->createMock( ILBFactory::class ), $settings, new BadChangeReport( $this->logger ),
			new UnknownFormReport( static fn () => false, $metrics, $this->logger ), null,
			$this->createMock( OwnMark::class ), $this->createMock( Receipts::class ),
			fn () => $this->createMock( RecentChangeTeller::class ), $metrics, $this->logger
		);
		$handler->handle( 'repowiki', ( new NotificationDecoder( FoundVersions::module() ) )->ofRows( [ [
			'id' => '1', 'type' => 'wikibase-item~update', 'time' => '20260131235959', 'object_id' => 'Q1',
			'revision_id' => '5', 'user_id' => '0', 'info' => json_encode( [
				'compactDiff' => json_encode( [
					'arrayFormatVersion' => 1, 'labelChanges' => [ 'en' ], 'descriptionChanges' => [],
					'statementChanges' => [], 'otherChanges' => false,
					'siteLinkChanges' => [ 'enwiki' => [ null, 'Berlin', false ] ],
				] ),
				'metadata' => [ 'rev_id' => 5, 'parent_id' => 4, 'user_text' => 'Alice', 'comment' => '' ],
			] ),
		] ] ), [] );
	}

	/**
	 * @return list<array<string,mixed>> what a notification asks to be told, as in the job that is left for it
	 */
	private function changes( ILBFactory $loadBalancers ): array {
		$this->handle( $this->reads( $loadBalancers ) );
		return array_column( $this->pushed, 1, 0 )['wikibase-dispatch-recent-changes']['changes'];
	}

	private function write( ILBFactory $loadBalancers, array $changes ): int {
		$services = MediaWikiServices::getInstance();
		$repo = $this->createMock( RepoRevisions::class );
		$repo->method( 'visibility' )->willReturn( new RevisionVisibility( true ) );
		$writer = new RecentChangeWriter(
			$loadBalancers, $this->reads( $loadBalancers ), new PageLookup(),
			new RemoteActors(
				ActorStores::forRemoteActors( $services->getActorStoreFactory() ),
				$services->getUserIdentityLookup(), null, $services->getSiteLookup(),
				WikibaseDispatchServices::wikiSettings( $services )
			),
			new RecentChangeComment( $services->getSiteLookup(), static fn () => null, static fn () => '' ),
			$services->getCommentStore(), new WrittenRecentChanges(), new RecentChangeColumns(),
			$this->createMock( RecentChangeListeners::class ), new RecentChangeSaver( $services ),
			new RecentChangeGuard(
				$repo, new RecentChangeRedactor( $loadBalancers, $services->getCommentStore(), 100 ), $this->logger
			)
		);
		return $writer->write( 'repowiki', $changes );
	}

	/**
	 * @return list<string> titles
	 */
	private function purged(): array {
		$purges = array_filter( $this->pushed, static fn ( array $job ) => $job[0] === 'htmlCacheUpdate' );
		return array_column( array_merge( ...array_column( array_column( $purges, 1 ), 'pages' ) ), 1 );
	}

	private function isAskedToWait(): bool {
		$waits = "/^SELECT .*MASTER_(POS|GTID)_WAIT\\('[^']+',( \\d+,)? 1\\)/";
		return preg_grep( $waits, self::$wiki->heard( self::$wiki->replica ) ) !== [];
	}

	/**
	 * @return list<string> tables that were read
	 */
	private function selects( PDO $server ): array {
		$tables = [];
		foreach ( self::$wiki->heard( $server ) as $statement ) {
			if ( preg_match( '/^SELECT\b.*?\bFROM\s+`?(\w+)/s', $statement, $match ) ) {
				$tables[] = $match[1];
			}
		}
		return array_values( array_intersect( $tables, self::TABLES ) );
	}
}
