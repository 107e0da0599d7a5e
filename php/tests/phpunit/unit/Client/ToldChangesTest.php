<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeParams;
use MediaWiki\Extension\WikibaseDispatch\Client\ToldChanges;
use PHPUnit\Framework\TestCase;

/**
 * What a page has been told is not told again, however the changes are merged when they come again.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\ToldChanges
 */
class ToldChangesTest extends TestCase {

	private const TIME = '20260131120000';
	private const PAGE = 7;

	private const REMOVAL = [ 'object_id' => 'Q1', 'type' => 'wikibase-item~remove', 'rev_id' => 0, 'parent_id' => 0 ];

	public function test_the_order_and_the_rest_of_what_a_row_says_do_not_matter(): void {
		$again = [ 'id' => 5 ] + array_reverse( self::REMOVAL );
		$this->assertSame( [], self::left( self::REMOVAL + [ 'bot' => 1 ], $again ) );
	}

	public function test_two_items_removed_in_one_second_are_two_changes(): void {
		$this->assertCount( 1, self::left( self::REMOVAL, [ 'object_id' => 'Q2' ] + self::REMOVAL ) );
	}

	public function test_an_item_removed_and_restored_in_one_second_has_changed_twice(): void {
		$this->assertCount( 1, self::left( self::REMOVAL, [ 'type' => 'wikibase-item~restore' ] + self::REMOVAL ) );
	}

	public function test_an_item_restored_with_the_revision_that_made_it_has_changed_twice(): void {
		$added = self::fields( [ 5 => 'Alice' ], 0 );
		$restored = [ 'type' => 'wikibase-item~restore' ] + $added;
		$this->assertCount( 1, self::left( $added, $restored, [ 5 ] ) );
	}

	public function test_another_page_is_told(): void {
		$change = self::change( [ 3 => 'Alice' ], 2 );
		$told = new ToldChanges();
		$told->add( self::PAGE + 1, self::TIME, $change['params'] );
		$this->assertSame( [ $change ], self::leftOf( $told, $change ) );
	}

	public function test_a_longer_run_tells_only_what_is_new(): void {
		$told = new ToldChanges();
		$told->add( self::PAGE, self::TIME, self::change( [ 3 => 'Alice', 4 => 'Alice' ], 2 )['params'] );
		[ $left ] = self::leftOf( $told, self::change( [ 3 => 'Alice', 4 => 'Alice', 6 => 'Alice' ], 2 ) );
		$params = new RecentChangeParams( $left['params'] );
		$this->assertSame( [ 4, 6, '6' ],
			[ $params->field( 'parent_id' ), $params->field( 'rev_id' ), $params->field( 'revision_id' ) ] );
		$this->assertSame( [ [ 6 ], [ 'comment 6' ] ], [ $left['revisions'], $left['comments'] ] );
	}

	public function test_a_change_that_comes_again_without_its_details_is_not_told_again(): void {
		$bare = [ 'object_id' => 'Q1', 'type' => 'wikibase-item~update', 'revision_id' => '4' ];
		$this->assertSame( [], self::left( self::fields( [ 3 => 'Alice', 4 => 'Alice' ], 2 ), $bare, [ 0 ] ) );
		$this->assertCount( 1, self::left( self::fields( [ 3 => 'Alice' ], 2 ), $bare, [ 0 ] ) );
		$this->assertSame( [], self::left( $bare, self::fields( [ 4 => 'Alice' ], 3 ), [ 4 ] ) );
	}

	public function test_what_somebody_else_did_within_a_run_is_not_told_by_it(): void {
		$told = new ToldChanges();
		$told->add( self::PAGE, self::TIME, self::change( [ 3 => 'Alice', 5 => 'Alice' ], 2 )['params'] );
		$late = self::change( [ 4 => 'Bob' ], 3 );
		$this->assertSame( [ $late ], self::leftOf( $told, $late ) );
	}

	/** Revisions 3 and 4 are gone from the history of a page that was restored in part, and 8 says it comes after 2. */
	public function test_a_run_after_a_restored_revision_does_not_tell_of_earlier_ones(): void {
		$told = new ToldChanges();
		$told->add( self::PAGE, '20260131142000', self::change( [ 8 => 'Alice', 9 => 'Alice' ], 2 )['params'] );
		$earlier = self::change( [ 3 => 'Alice', 4 => 'Alice' ], 2 );
		$this->assertSame( [ $earlier ], self::leftOf( $told, $earlier ) );
	}

	public function test_a_run_whose_beginning_is_unknown_tells_only_its_end(): void {
		$told = new ToldChanges();
		$told->add( self::PAGE, self::TIME, self::change( [ 8 => 'Alice', 9 => 'Alice' ], 0 )['params'] );
		$earlier = self::change( [ 5 => 'Alice' ], 4 );
		$this->assertSame( [ $earlier ], self::leftOf( $told, $earlier ) );
	}

	/** The same history comes again and again, cut into other notifications each time, the last ones out of order. */
	public function test_each_revision_is_told_once_however_changes_are_merged(): void {
		mt_srand( 16 );
		for ( $try = 0; $try < 300; $try++ ) {
			$history = [];
			for ( $revision = 10; count( $history ) < 12; $revision += mt_rand( 1, 3 ) ) {
				$history[$revision] = mt_rand( 0, 2 ) ? 'Alice' : 'Bob';
			}
			$told = new ToldChanges();
			$rows = [];
			for ( $round = 0; $round < 4; $round++ ) {
				$notifications = self::cut( $history );
				if ( $round > 1 ) {
					shuffle( $notifications );
				}
				foreach ( $notifications as $changes ) {
					foreach ( $changes as $change ) {
						foreach ( self::leftOf( $told, $change ) as $left ) {
							array_push( $rows, ...$left['revisions'] );
							$told->add( self::PAGE, $change['time'], $left['params'] );
						}
					}
				}
			}
			sort( $rows );
			$this->assertSame( array_keys( $history ), $rows, json_encode( $history ) );
		}
	}

	/**
	 * @param array<int,string> $history revision => user
	 * @return list<list<array<string,mixed>>> notifications of merged changes
	 */
	private static function cut( array $history ): array {
		$notifications = [];
		$run = [];
		$first = $before = 9;
		$isNew = true;
		foreach ( $history as $revision => $user ) {
			$startsNotification = $isNew || mt_rand( 0, 3 ) === 0;
			$isNew = false;
			if ( $run !== [] && ( $startsNotification || end( $run ) !== $user ) ) {
				$notifications[array_key_last( $notifications )][] = self::change( $run, $first );
				$run = [];
			}
			if ( $startsNotification ) {
				$notifications[] = [];
			}
			$first = $run === [] ? $before : $first;
			$run[$revision] = $user;
			$before = $revision;
		}
		$notifications[array_key_last( $notifications )][] = self::change( $run, $first );
		return $notifications;
	}

	/**
	 * @param array<int,string> $revisions revision => user
	 * @param int $parent
	 */
	private static function change( array $revisions, int $parent ): array {
		$ids = array_keys( $revisions );
		return [
			'params' => serialize( [ 'wikibase-repo-change' => self::fields( $revisions, $parent ) ] ),
			'time' => (string)( (int)self::TIME + end( $ids ) ),
			'comments' => array_map( static fn ( int $id ) => "comment $id", $ids ),
			'revisions' => $ids,
		];
	}

	private static function fields( array $revisions, int $parent ): array {
		$last = array_key_last( $revisions );
		return [
			'id' => count( $revisions ) === 1 ? $last : null, 'object_id' => 'Q1', 'type' => 'wikibase-item~update',
			'revision_id' => (string)$last, 'rev_id' => $last, 'parent_id' => $parent, 'user_text' => $revisions[$last],
		];
	}

	private static function left( array $row, array $change, array $revisions = [ 0 ] ): array {
		$told = new ToldChanges();
		$told->add( self::PAGE, self::TIME, serialize( [ 'wikibase-repo-change' => $row ] ) );
		return self::leftOf( $told, [
			'params' => serialize( [ 'wikibase-repo-change' => $change ] ),
			'time' => self::TIME,
			'revisions' => $revisions,
		] );
	}

	private static function leftOf( ToldChanges $told, array $change ): array {
		return $told->left( self::PAGE, $change['time'], $change, new RecentChangeParams( $change['params'] ) );
	}
}
