<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\ManageLink;
use MediaWiki\Permissions\Authority;
use MediaWiki\SpecialPage\SpecialPageFactory;
use PHPUnit\Framework\TestCase;

/**
 * Which users see the link to the page that manages a client.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\ManageLink
 */
class ManageLinkTest extends TestCase {

	public function test_it_takes_the_page_and_the_right(): void {
		$this->assertTrue( $this->isShown( true, [ 'wikibase-dispatch-manage' ] ) );
		$this->assertFalse( $this->isShown( false, [ 'wikibase-dispatch-manage' ] ) );
		$this->assertFalse( $this->isShown( true, [ 'read', 'protect' ] ) );
	}

	/**
	 * @param bool $isThere whether there is such a page
	 * @param list<string> $rights
	 */
	private function isShown( bool $isThere, array $rights ): bool {
		$pages = $this->createMock( SpecialPageFactory::class );
		$pages->method( 'exists' )->with( 'ManageDispatch' )->willReturn( $isThere );
		$reader = $this->createMock( Authority::class );
		$reader->method( 'isAllowed' )->willReturnCallback(
			static fn ( string $right ) => in_array( $right, $rights, true )
		);
		return ( new ManageLink( $pages ) )->isFor( $reader );
	}
}
