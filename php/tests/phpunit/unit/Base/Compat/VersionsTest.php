<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Compat;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Versions;
use PHPUnit\Framework\TestCase;

/**
 * What was run together is said in one place.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Compat\Versions
 */
class VersionsTest extends TestCase {

	private const PROJECT = __DIR__ . '/../../../../../..';

	/** @dataProvider combinations */
	public function test_a_combination_was_run_or_not( string $mediaWiki, ?string $wikibase, bool $wasRun ): void {
		$versions = new Versions( '0.1.0', '0.1.0', $mediaWiki, $wikibase );
		$this->assertSame( $wasRun, $versions->wereRunTogether() );
		$this->assertSame( $wasRun, $versions->document()['runtogether'] );
	}

	public static function combinations(): iterable {
		yield [ '1.43.9', '1.43', true ];
		yield [ '1.45.0', '1.44', true ];
		yield [ '1.39.10', null, true ];
		yield [ '1.43.9', '1.44', false ];
		yield [ '1.47.0-alpha', '1.46', false ];
		yield [ '1.40.0', null, false ];
	}

	public function test_the_readme_and_the_manifest_have_the_range_that_was_run(): void {
		[ $first, $last ] = Versions::range();
		$manifest = json_decode( file_get_contents( self::PROJECT . '/php/extension.json' ), true );
		$this->assertSame( ">= $first.0", $manifest['requires']['MediaWiki'] );
		$this->assertStringContainsString(
			"MediaWiki $first to $last", file_get_contents( self::PROJECT . '/README.md' )
		);
	}
}
