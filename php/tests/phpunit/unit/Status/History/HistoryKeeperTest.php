<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\History;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientHistoryStore;
use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientSample;
use MediaWiki\Extension\WikibaseDispatch\Status\History\HistoryKeeper;
use MediaWiki\Extension\WikibaseDispatch\Status\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Sample;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use PHPUnit\Framework\MockObject\MockObject;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Wikimedia\Rdbms\ILBFactory;

/**
 * When a sample is kept, of what, and that dispatching does not suffer from it.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\History\HistoryKeeper
 */
class HistoryKeeperTest extends TestCase {

	private const TIME = 1_800_000_030;
	private const MINUTE = 30_000_000;

	private HistoryStore&MockObject $store;
	private ClientHistoryStore&MockObject $clients;
	private StatusReader&MockObject $reader;
	private ILBFactory&MockObject $loadBalancers;
	private RecordingLogger $logger;
	private float $now = 1000.0;
	/** @var list<Sample> */
	private array $kept = [];
	/** @var list<list<ClientSample>> */
	private array $keptOfClients = [];
	private int $last = 0;

	protected function setUp(): void {
		$this->logger = new RecordingLogger();
		$this->loadBalancers = $this->createMock( ILBFactory::class );
		$this->reader = $this->createMock( StatusReader::class );
		$this->reader->method( 'brief' )->willReturnCallback( fn () => $this->status() );
		$this->clients = $this->createMock( ClientHistoryStore::class );
		$this->clients->method( 'add' )->willReturnCallback( function ( array $samples ): void {
			$this->keptOfClients[] = $samples;
		} );
		$this->store = $this->createMock( HistoryStore::class );
		$this->store->method( 'minutes' )->willReturnCallback(
			fn () => [ 'now' => self::MINUTE + (int)( ( $this->now - 1000 ) / 60 ), 'last' => $this->last ]
		);
		$this->store->method( 'add' )->willReturnCallback( function ( Sample $sample ): void {
			$this->kept[] = $sample;
		} );
	}

	public function test_a_job_leaves_a_sample_and_deletes_those_that_are_a_day_old(): void {
		$this->store->expects( $this->once() )->method( 'forgetBefore' )->with( self::MINUTE - 1440 );
		$this->keeper()->jobEnded( false );
		$this->assertEquals(
			[ new Sample( self::TIME, 900, 900, 12, 'lagging', [ 'enwiki' => 50, 'dewiki' => 12 ] ) ], $this->kept
		);
	}

	public function test_every_ten_minutes_each_client_that_is_served_leaves_a_sample_of_its_own(): void {
		$this->clients->expects( $this->once() )->method( 'forgetBefore' )->with( ( self::MINUTE - 1440 ) / 10 );
		$keeper = $this->keeper();
		foreach ( [ 1, 0, 1 ] as $minutesBefore ) {
			$this->last = self::MINUTE + (int)( ( $this->now - 1000 ) / 60 ) - $minutesBefore;
			$keeper->jobEnded( false );
			$this->now += 60;
		}
		$this->assertEquals( [ [
			new ClientSample( 'enwiki', self::TIME, 500, 50, 0 ),
			new ClientSample( 'dewiki', self::TIME, 700, 12, 0 ),
			new ClientSample( 'frwiki', self::TIME, 900, 0, 0 ),
			new ClientSample( 'svwiki', self::TIME, 900, 0, 0 ),
		] ], $this->keptOfClients );
		$sample = $this->keptOfClients[0][0];
		$this->assertSame( self::TIME, ClientSample::timeOf( $sample->slot(), $sample->second() ) );
	}

	public function test_a_process_asks_the_database_once_a_minute(): void {
		$this->store->expects( $this->exactly( 2 ) )->method( 'minutes' );
		$keeper = $this->keeper();
		foreach ( [ 0, 1, 58, 1 ] as $seconds ) {
			$this->now += $seconds;
			$keeper->jobEnded( false );
		}
		$this->assertCount( 2, $this->kept );
	}

	public function test_who_comes_second_in_a_minute_of_the_database_reads_no_status(): void {
		$this->last = self::MINUTE;
		$this->reader->expects( $this->never() )->method( 'brief' );
		$this->keeper()->jobEnded( false );
		$this->assertSame( [], $this->kept );
	}

	public function test_a_job_that_fails_leaves_a_sample_and_nothing_of_its_own(): void {
		$this->loadBalancers->expects( $this->once() )->method( 'rollbackPrimaryChanges' );
		$this->keeper()->jobEnded( true );
		$this->assertCount( 1, $this->kept );
	}

	public function test_g9_a_history_that_cannot_be_written_is_logged_once_and_hurts_no_job(): void {
		$this->store = $this->createMock( HistoryStore::class );
		$this->store->method( 'minutes' )->willThrowException( new RuntimeException( 'no such table' ) );
		$keeper = $this->keeper();
		for ( $minute = 0; $minute < 3; $minute++ ) {
			$keeper->jobEnded( false );
			$this->now += 60;
		}
		$this->assertCount( 1, $this->logger->contexts( 'warning' ) );
		$this->assertSame( 'no such table', $this->logger->contexts( 'warning' )[0]['exception']->getMessage() );
	}

	private function keeper(): HistoryKeeper {
		return new HistoryKeeper(
			$this->store, $this->clients, $this->reader, $this->loadBalancers, $this->logger, fn (): float => $this->now
		);
	}

	private function status(): FarmStatus {
		$client = static fn ( string $name, string $condition, int $seen, int $lag ) =>
			new ClientStatus( $name, $name, 'on', $condition, $seen, 0, $lag );
		return new FarmStatus(
			Health::Lagging, 'lagging', 'enwiki', [], self::TIME, 890, 900, 400, 12, null, null,
			[
				$client( 'enwiki', 'due', 500, 50 ),
				$client( 'dewiki', 'due', 700, 12 ),
				$client( 'frwiki', 'up-to-date', 900, 0 ),
				$client( 'svwiki', 'up-to-date', 900, 0 ),
				$client( 'closedwiki', 'disabled', 5, 0 ),
				$client( 'itwiki', 'not-ours', 0, 0 ),
				$client( 'newwiki', 'uninitialised', 0, 0 ),
			]
		);
	}
}
