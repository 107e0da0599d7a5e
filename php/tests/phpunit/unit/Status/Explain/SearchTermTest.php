<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\SearchTerm;
use PHPUnit\Framework\TestCase;

/**
 * What can be searched for.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Explain\SearchTerm
 */
class SearchTermTest extends TestCase {

	public function test_it_is_a_change_or_an_entity(): void {
		$this->assertSame( 3032, SearchTerm::parse( ' 3032 ' )->changeId );
		$this->assertNull( SearchTerm::parse( '3032' )->entityId );
		foreach ( [ 'Q42' => 'Q42', ' q42' => 'Q42', 'L7-F1' => 'L7-F1', 'P31' => 'P31' ] as $text => $id ) {
			$this->assertSame( $id, SearchTerm::parse( $text )->entityId );
			$this->assertSame( $id, SearchTerm::parse( $text )->text() );
		}
	}

	/** G15. */
	public function test_g15_anything_else_is_neither(): void {
		$neither = [ '', '12345678901', 'Berlin', 'Q', '42Q', "Q42'", 'Q42%', "Q4\n2", 'Q12345678901234', '-1' ];
		foreach ( $neither as $text ) {
			$this->assertNull( SearchTerm::parse( $text ), $text );
		}
	}
}
