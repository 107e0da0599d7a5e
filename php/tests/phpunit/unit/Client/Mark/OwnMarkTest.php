<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client\Mark;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\Mark\MarkTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Mark\OwnMark;
use MediaWiki\Extension\WikibaseDispatch\Client\Receipt\Receipts;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Wikimedia\Rdbms\ILBFactory;

/**
 * When a client says about itself what it takes, and that this never keeps anything else from being done.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Mark\OwnMark
 */
class OwnMarkTest extends TestCase {

	/** @var list<array> what was written: site id, version, formats */
	private array $written = [];
	private bool $isTableThere = true;
	private bool $isRepoBroken = false;
	private bool $givesReceipts = false;
	/** @var array<string,true> what some process has asked of late */
	private array $asked = [];
	private float $now = 1000.0;
	private string $module = '0.1.0';
	private RecordingLogger $logger;

	protected function setUp(): void {
		$this->logger = new RecordingLogger();
	}

	public function test_a_client_says_its_version_and_which_formats_its_jobs_take(): void {
		$this->mark( [ Jobs::NOTIFICATION, Jobs::ENTITY_CHANGE_NOTIFICATION, 'refreshLinks' ] )->keep();
		$this->assertSame( [ [ 'enwiki', '0.1.0', [ 'native', 'entity-change', 'native-2' ] ] ], $this->written );
	}

	public function test_g16_a_client_says_that_it_gives_receipts_if_it_can_keep_them(): void {
		$this->givesReceipts = true;
		$this->mark( [ Jobs::NOTIFICATION, Jobs::ENTITY_CHANGE_NOTIFICATION ] )->keep();
		$this->mark( [ Jobs::ENTITY_CHANGE_NOTIFICATION ] )->renew();
		$this->assertSame(
			[ [ 'native', 'entity-change', 'native-2', 'receipts' ], [ 'entity-change' ] ],
			array_column( $this->written, 2 )
		);
	}

	/** It knows not what the runners of this wiki have: `$wgJobClasses` has jobs that it only withholds. */
	public function test_a_process_without_the_module_says_nothing_of_the_wiki(): void {
		foreach ( [ '', '0.2.0' ] as $this->module ) {
			$this->mark()->keep();
			$this->assertFalse( $this->mark()->renew() );
		}
		$this->assertSame( [], $this->written );
		$this->module = '0.1.0';
		$this->mark()->keep();
		$this->assertCount( 1, $this->written, 'nor does it keep others from it' );
	}

	public function test_a_process_looks_once_in_an_hour_and_others_do_not_look_meanwhile(): void {
		$mark = $this->mark();
		$mark->keep();
		$mark->keep();
		$this->mark()->keep();
		$this->assertCount( 1, $this->written );
		$this->asked = [];
		$mark->keep();
		$this->assertCount( 1, $this->written, 'it does not even ask' );
		$this->now += 3601;
		$mark->keep();
		$this->assertCount( 2, $this->written );
	}

	public function test_a_repo_that_has_no_table_yet_is_told_later(): void {
		$this->isTableThere = false;
		$this->mark()->keep();
		$this->assertSame( [], $this->written );
		$this->assertSame( [], $this->logger->contexts( 'warning' ) );
	}

	public function test_a_repo_that_cannot_be_written_to_fails_nothing_and_is_logged_once(): void {
		$this->isRepoBroken = true;
		$this->mark()->keep();
		unset( $this->asked['mark'] );
		$this->mark()->keep();
		$this->assertSame( [ 'mark-not-kept' ], array_column( $this->logger->contexts( 'warning' ), 'event' ) );
	}

	public function test_a_wiki_that_is_no_client_says_nothing(): void {
		$this->mark( repoDatabase: null, ownClients: [ 'dewiki' => 'dewiki' ] )->keep();
		$this->mark( repoDatabase: null )->keep();
		$this->assertSame( [], $this->written );
		$this->mark( repoDatabase: null, ownClients: [ 'enwiki' => 'enwiki' ] )->keep();
		$this->assertCount( 1, $this->written, 'a repo may be its own client' );
	}

	/**
	 * @param list<string> $jobs
	 * @param string|null $repoDatabase
	 * @param array<string,string> $ownClients of the wiki, if it is a repo
	 */
	private function mark(
		array $jobs = [ Jobs::NOTIFICATION ], ?string $repoDatabase = 'repowiki', array $ownClients = []
	): OwnMark {
		$table = $this->createMock( MarkTable::class );
		$there = $table->method( 'isThere' );
		if ( $this->isRepoBroken ) {
			$there->willThrowException( new RuntimeException( 'no server' ) );
		} else {
			$there->willReturn( $this->isTableThere );
		}
		$table->method( 'renew' )->willReturnCallback( function ( ...$said ): void {
			$this->written[] = $said;
		} );
		$receipts = $this->createMock( Receipts::class );
		$receipts->method( 'begin' )->willReturn( $this->givesReceipts );
		$client = $this->createMock( ClientSettings::class );
		$client->method( 'siteId' )->willReturn( 'enwiki' );
		$client->method( 'repoDatabase' )->willReturn( $repoDatabase );
		$wiki = $this->createMock( WikiSettings::class );
		$wiki->method( 'clients' )->willReturn( $ownClients );
		return new OwnMark(
			$table, $client, $wiki,
			new Transactions( $this->createMock( ILBFactory::class ) ),
			new Module( '0.1.0', $this->module ),
			static fn () => '0.1.0',
			array_fill_keys( $jobs, 'a class' ),
			$receipts,
			function ( string $what ): bool {
				$isFirst = !isset( $this->asked[$what] );
				$this->asked[$what] = true;
				return $isFirst;
			},
			fn () => $this->now,
			$this->logger
		);
	}
}
