<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Compat;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Caches;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\MediaWikiServices;
use PHPUnit\Framework\TestCase;
use Wikimedia\ObjectCache\WANObjectCache;

/**
 * The cache is asked for by the name that MediaWiki has for it.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Compat\Caches
 */
class CachesTest extends TestCase {

	public function test_the_present_name_is_used_where_it_is_known(): void {
		$this->assertSame( 'WANObjectCache', $this->asked( 'WANObjectCache', 'MainWANObjectCache' ) );
	}

	public function test_the_former_name_is_used_where_there_is_no_other(): void {
		$this->assertSame( 'MainWANObjectCache', $this->asked( 'MainWANObjectCache' ) );
	}

	private function asked( string ...$known ): string {
		ClassNames::load( WANObjectCache::class );
		$asked = '';
		$services = $this->createMock( MediaWikiServices::class );
		$services->method( 'has' )->willReturnCallback( static fn ( $name ) => in_array( $name, $known, true ) );
		$services->method( 'get' )->willReturnCallback( function ( string $name ) use ( &$asked ) {
			$asked = $name;
			return $this->createMock( WANObjectCache::class );
		} );
		Caches::wan( $services );
		return $asked;
	}
}
