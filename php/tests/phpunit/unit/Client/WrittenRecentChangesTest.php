<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Client\WrittenRecentChanges;
use PHPUnit\Framework\TestCase;

/**
 * When two rows tell of the same change.
 */
class WrittenRecentChangesTest extends TestCase {

	private const CHANGE = [ 'object_id' => 'Q1', 'type' => 'wikibase-item~remove', 'rev_id' => 0, 'parent_id' => 0 ];

	public function test_the_order_and_the_rest_of_what_a_row_says_do_not_matter(): void {
		$this->assertSame(
			self::key( self::CHANGE + [ 'bot' => 1 ] ),
			self::key( [ 'id' => 5 ] + array_reverse( self::CHANGE ) )
		);
	}

	public function test_two_items_removed_in_one_second_are_two_changes(): void {
		$this->assertNotSame( self::key( self::CHANGE ), self::key( [ 'object_id' => 'Q2' ] + self::CHANGE ) );
	}

	public function test_an_item_removed_and_restored_in_one_second_has_changed_twice(): void {
		$restored = [ 'type' => 'wikibase-item~restore' ] + self::CHANGE;
		$this->assertNotSame( self::key( self::CHANGE ), self::key( $restored ) );
	}

	private static function key( array $change ): string {
		return WrittenRecentChanges::key( '20260131120000', serialize( [ 'wikibase-repo-change' => $change ] ) );
	}
}
