<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Client\AffectedPages;
use PHPUnit\Framework\TestCase;

/**
 * Which pages a change affects.
 */
class AffectedPagesTest extends TestCase {

	private const USAGES = [
		'Q1' => [ 'L.en' => [ 3, 1 ], 'L.de' => [ 2 ], 'X' => [ 1, 9 ] ],
		'Q2' => [ 'L.en' => [ 5 ] ],
	];

	public function test_a_page_is_affected_when_it_uses_an_aspect_that_was_touched(): void {
		$this->assertSame( [ 1, 3 ], AffectedPages::ofChange(
			[ 'entityId' => 'Q1', 'aspects' => [ 'L.en', 'L' ] ], self::USAGES
		) );
	}

	public function test_a_page_that_uses_several_of_them_is_affected_once(): void {
		$this->assertSame( [ 1, 3, 9 ], AffectedPages::ofChange(
			[ 'entityId' => 'Q1', 'aspects' => [ 'L.en', 'X' ] ], self::USAGES
		) );
	}

	public function test_an_entity_that_no_page_uses_affects_none(): void {
		$this->assertSame( [], AffectedPages::ofChange(
			[ 'entityId' => 'Q7', 'aspects' => [ 'L.en', 'X' ] ], self::USAGES
		) );
	}
}
