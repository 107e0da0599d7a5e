<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Native;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\PlainUsageDiff;
use PHPUnit\Framework\TestCase;

/**
 * What a host without the native module writes down of the usages of a page.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\PlainUsageDiff
 */
class PlainUsageDiffTest extends TestCase {

	public function test_rows_are_added_and_removed_and_entities_subscribed_to_and_looked_at(): void {
		$diff = new PlainUsageDiff( [ 'Q1#L.en', 'Q2#S' ], [ 'Q1#L.en', 'Q1#C.P5', 'Q3#X' ] );
		$this->assertFalse( $diff->isEmpty() );
		$this->assertSame( [ [ 'Q1', 'C.P5' ], [ 'Q3', 'X' ] ], $diff->added() );
		$this->assertSame( [ [ 'Q2', 'S' ] ], $diff->removed() );
		$this->assertSame( [ 'Q1', 'Q3' ], $diff->begun() );
		$this->assertSame( [ 'Q2' ], $diff->ceased() );
	}

	public function test_where_nothing_has_changed_there_is_nothing_to_do(): void {
		$this->assertTrue( ( new PlainUsageDiff( [ 'Q1#S', 'Q1#L' ], [ 'Q1#L', 'Q1#S' ] ) )->isEmpty() );
	}

	public function test_what_no_row_could_hold_is_left_out(): void {
		$unfit = [ 'Q1', '#S', 'Q1#', str_repeat( 'Q', 256 ) . '#S', 'Q1#L.' . str_repeat( 'x', 36 ) ];
		$this->assertTrue( ( new PlainUsageDiff( [], $unfit ) )->isEmpty() );
	}
}
