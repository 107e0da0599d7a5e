<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * Recent changes are written once, whatever runs twice, at once or later.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeWriter
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\WrittenRecentChanges
 */
class RepeatedRecentChangesTest extends FarmTestCase {

	private const PAGES = 40;
	private const CHANGES = 12;
	private const RUNNERS = 5;

	/** @var array<int,array<string,mixed>> revision => row of a notification */
	private array $history = [];

	public function test_jobs_that_are_queued_twice_and_run_by_many_runners_at_once_write_once(): void {
		$this->farm->setSettings( [ 'recentChangesBatchSize' => 10, 'gapGrace' => 0 ] );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPages( [ 'Q1' ] );
		for ( $revision = 1; $revision <= self::CHANGES; $revision++ ) {
			$this->writeChange( 'Q1', metadata: [
				'user_text' => "User $revision", 'rev_id' => $revision, 'parent_id' => $revision - 1,
			] );
		}
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->runJobs( 'enwiki', '--type', 'DispatchNotification' );
		$jobs = $this->jobs( 'enwiki', 'wikibase-dispatch-recent-changes' );
		$this->assertCount( self::CHANGES * self::PAGES / 10, $jobs );
		foreach ( $jobs as $params ) {
			$this->queueJob( 'enwiki', 'wikibase-dispatch-recent-changes', $params );
		}

		$runners = [];
		for ( $runner = 0; $runner < self::RUNNERS; $runner++ ) {
			$runners[] = $this->farm->begin( 'enwiki', 'runJobs', '--type', 'wikibase-dispatch-recent-changes' );
		}
		foreach ( $runners as $runner ) {
			$this->assertSame( 0, ( $result = $runner->result() )->status, $result->output );
			$this->assertDoesNotMatchRegularExpression( '/ error=|[Dd]eadlock|locked/', $result->output );
		}
		$this->assertSame( [], $this->jobs( 'enwiki', 'wikibase-dispatch-recent-changes' ) );
		$told = array_map(
			static fn ( array $row ) => $row['rc_cur_id'] . '|' . $row['actor_name'], $this->recentChanges( 'enwiki' )
		);
		$this->assertCount( self::CHANGES * self::PAGES, $told );
		$this->assertSame( array_unique( $told ), $told );
	}

	public function test_changes_that_come_again_and_are_merged_otherwise_are_not_told_again(): void {
		mt_srand( 16 );
		$entities = array_map( static fn ( int $n ) => "Q$n", range( 1, 25 ) );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', array_fill_keys( $entities, [ 'X' ] ) );
		foreach ( $entities as $number => $entity ) {
			$this->makeHistory( $entity, 1000 * ( $number + 1 ) );
		}
		for ( $round = 0; $round < 3; $round++ ) {
			foreach ( $this->notifications() as $changes ) {
				$this->queueJob( 'enwiki', 'EntityChangeNotification', [ 'changes' => $changes ] );
				// Else those that wait are handled, and merged, together.
				$this->runJobs( 'enwiki', '--nothrottle' );
			}
		}
		$told = [];
		foreach ( $this->recentChanges( 'enwiki' ) as $row ) {
			$change = unserialize( $row['rc_params'] )['wikibase-repo-change'];
			foreach ( $this->history as $revision => $of ) {
				if ( $of['object_id'] === $change['object_id']
					&& $revision > ( $change['id'] === null ? $change['parent_id'] : $change['rev_id'] - 1 )
					&& $revision <= $change['rev_id']
				) {
					$told[] = $revision;
				}
			}
		}
		sort( $told );
		$this->assertSame( array_keys( $this->history ), $told );
	}

	/** Edits of an entity by two users in turn. */
	private function makeHistory( string $entity, int $revision ): void {
		for ( $count = 0; $count < 6; $count++ ) {
			$user = mt_rand( 0, 2 ) ? 'Alice' : 'Bob';
			$parent = $revision;
			$revision += mt_rand( 1, 3 );
			$this->history[$revision] = [
				'id' => $revision, 'type' => 'wikibase-item~update', 'object_id' => $entity,
				'time' => sprintf( '2026013112%04d', intdiv( $revision, 60 ) % 60 * 100 + $revision % 60 ),
				'revision_id' => (string)$revision, 'user_id' => $user === 'Alice' ? '5' : '6',
				'info' => json_encode( [
					'compactDiff' => '{"arrayFormatVersion":1,"labelChanges":["en"],"descriptionChanges":[],' .
						'"statementChanges":[],"siteLinkChanges":[],"otherChanges":false}',
					'metadata' => [
						'page_id' => 42, 'rev_id' => $revision, 'parent_id' => $parent, 'comment' => "edit $revision",
						'user_text' => $user, 'central_user_id' => 0, 'bot' => 0,
					],
				] ),
			];
		}
	}

	/**
	 * The whole history, cut into a few notifications at other places each time.
	 *
	 * @return list<list<array<string,mixed>>>
	 */
	private function notifications(): array {
		$ofEntity = $notifications = [];
		foreach ( $this->history as $change ) {
			$ofEntity[$change['object_id']][] = $change;
		}
		foreach ( $ofEntity as $changes ) {
			$end = 0;
			foreach ( $changes as $change ) {
				$end += mt_rand( 0, 2 ) === 0 ? 1 : 0;
				$notifications[$end][] = $change;
			}
		}
		ksort( $notifications );
		return array_values( $notifications );
	}

	private function createPages( array $entities ): void {
		for ( $page = 100; $page < 100 + self::PAGES; $page++ ) {
			$this->createPage( 'enwiki', $page, "Page $page", array_fill_keys( $entities, [ 'X' ] ) );
		}
	}
}
