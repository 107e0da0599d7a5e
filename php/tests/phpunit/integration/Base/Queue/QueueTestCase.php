<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Caches;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\MediaWikiServices;
use WikibaseDispatchTests\NotificationIds;

/**
 * What must hold on every job queue: whatever is due arrives once, and the jobs come to an end.
 *
 * Nobody waits for a delayed job. When nothing else is to be done, time is moved on: for the queue, and for what stands
 * in the dispatch states, which the database's clock is compared with.
 */
abstract class QueueTestCase extends FarmTestCase {

	/** Rounds after which something goes on for ever. */
	private const MOST_ROUNDS = 20;

	/** @var array<string,list<int>> client => ids of changes, in the order of their notifications */
	private array $delivered = [];

	protected function setUp(): void {
		parent::setUp();
		$this->farm->setJobQueue( $this->configuration() );
		$this->delivered = [ 'enwiki' => [], 'dewiki' => [] ];
	}

	/** An entry of `$wgJobTypeConf`; null for that of the farm. */
	abstract protected function configuration(): ?array;

	/**
	 * Jobs of a type that wait for a runner or for their time.
	 *
	 * @return list<array<string,mixed>> their parameters
	 */
	abstract protected function waiting( string $wiki, string $type ): array;

	/** Of the last edit. */
	private int $revision = 1000;

	/** Seconds until a wiki's queue has a job that can be run: 0 if it has; null if it has none at all. */
	abstract protected function readyIn( string $wiki ): ?int;

	/** Lets a runner of the wiki do what can be done now. */
	abstract protected function runReady( string $wiki ): void;

	/** Moves the queue's time on. */
	abstract protected function moveOn( int $seconds ): void;

	/** Has the queue lose every job. */
	abstract protected function loseJobs(): void;

	public function test_every_change_that_is_due_is_delivered_once(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->subscribe( 'Q2', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ], 'Q2' => [ 'L.en' ] ] );
		$this->createPage( 'dewiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$expected = [ 'enwiki' => [], 'dewiki' => [] ];
		for ( $round = 0; $round < 2; $round++ ) {
			foreach ( [ 'Q1', 'Q2', 'Q3', 'Q1' ] as $entity ) {
				$changeId = $this->edit( $entity );
				if ( $entity !== 'Q3' ) {
					$expected['enwiki'][] = $changeId;
				}
				if ( $entity === 'Q1' ) {
					$expected['dewiki'][] = $changeId;
				}
			}
			$this->runUntilDrained();
		}
		$this->assertSame( $expected, $this->delivered, $this->farm->log() );
		foreach ( array_keys( $expected ) as $client ) {
			$this->assertSame( $changeId, $this->seen( $client ) );
			// The two edits of Q1 are one person's, and shown as one.
			$shown = [ 'enwiki' => 4, 'dewiki' => 2 ][$client];
			$this->assertCount( $shown, $this->recentChanges( $client ), "recent changes of $client" );
		}
		$this->assertStringNotContainsString( 'failed', $this->farm->log() );
	}

	public function test_jobs_end_when_nothing_is_relevant_to_anybody(): void {
		$this->edit( 'Q1' );
		$this->runUntilDrained();
		$this->assertSame( 1, $this->seen( 'enwiki' ) );
		$this->assertSame( [ 'enwiki' => [], 'dewiki' => [] ], $this->delivered );
	}

	public function test_after_the_loss_of_all_jobs_the_next_edit_is_enough(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$lost = $this->edit( 'Q1' );
		$this->loseJobs();
		$next = $this->edit( 'Q3' );
		$this->runUntilDrained();
		$this->assertSame( [ 'enwiki' => [ $lost ], 'dewiki' => [ $lost ] ], $this->delivered );
		$this->assertSame( $next, $this->seen( 'enwiki' ) );
	}

	/** Writes a change and says so, in a process of its own. */
	protected function edit( string $entityId, string $info = '' ): int {
		$revision = [ 'parent_id' => $this->revision, 'rev_id' => ++$this->revision ];
		$changeId = $info === ''
			? $this->writeChange( $entityId, [ 'labelChanges' => [ 'en' ] ], $revision )
			: $this->writeRawChange( $entityId, $info );
		$result = $this->farm->maintenance( Farm::REPO, dirname( __DIR__, 6 ) . '/tests/support/scripts/Announce.php' );
		$this->assertSame( 0, $result->status, $result->output );
		return $changeId;
	}

	/** Runs jobs of every wiki, and moves time on, until no queue has any job. */
	protected function runUntilDrained(): void {
		for ( $round = 1; ( $seconds = $this->nextJobIn() ) !== null; $round++ ) {
			$this->assertLessThanOrEqual( self::MOST_ROUNDS, $round, 'jobs do not end: ' . $this->farm->log() );
			$this->passTime( $seconds );
			$this->runRound();
		}
	}

	/** Runs what can be run now. */
	protected function runRound(): void {
		foreach ( Farm::WIKIS as $wiki ) {
			if ( $this->readyIn( $wiki ) === 0 ) {
				$this->noteDeliveries( $wiki );
				$this->runReady( $wiki );
			}
		}
	}

	/**
	 * @return array<string,list<int>> client => ids of changes, in the order of their notifications
	 */
	protected function delivered(): array {
		return $this->delivered;
	}

	protected function passTime( int $seconds ): void {
		if ( $seconds === 0 ) {
			return;
		}
		$this->moveOn( $seconds );
		$db = $this->farm->database( Farm::REPO );
		$update = $db->prepare( 'UPDATE wb_changes_dispatch SET chd_touched = ?, chd_lock = ? WHERE chd_site = ?' );
		foreach ( $db->query( 'SELECT * FROM wb_changes_dispatch' )->fetchAll() as $state ) {
			$update->execute( [
				$state['chd_touched'] > '1'
					? gmdate( 'YmdHis', strtotime( "{$state['chd_touched']} UTC" ) - $seconds )
					: $state['chd_touched'],
				// A claim or a rest, whose first time is that of its end.
				preg_replace_callback(
					'/^(wd1c:[0-9a-f]+:|wd1r:)(\d+)/',
					static fn ( array $match ) => $match[1] . ( (int)$match[2] - $seconds ),
					$state['chd_lock'] ?? ''
				) ?: null,
				$state['chd_site'],
			] );
		}
	}

	/** What the farm knows of delayed jobs, by a clock that is so many seconds slow. */
	protected function delays( int $slow = 0 ): SeenDelays {
		$services = MediaWikiServices::getInstance();
		return new SeenDelays(
			Caches::stash( $services ), Caches::ofHost( $services ), static fn (): int => time() - $slow
		);
	}

	private function nextJobIn(): ?int {
		$times = array_filter( array_map( $this->readyIn( ... ), Farm::WIKIS ), is_int( ... ) );
		return $times ? min( $times ) : null;
	}

	private function noteDeliveries( string $wiki ): void {
		foreach ( $this->waiting( $wiki, 'DispatchNotification' ) as $params ) {
			$this->assertSame( Farm::REPO, $params['repo'] );
			foreach ( NotificationIds::in( $params['changes'] ) as $id ) {
				$this->delivered[$wiki][] = $id;
			}
		}
	}
}
