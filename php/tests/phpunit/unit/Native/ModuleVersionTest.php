<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Native;

use MediaWiki\Extension\WikibaseDispatch\Native\IncompatibleModuleException;
use MediaWiki\Extension\WikibaseDispatch\Native\ModuleVersion;
use PHPUnit\Framework\TestCase;

/**
 * Which versions of the native module and of the extension go together.
 */
class ModuleVersionTest extends TestCase {

	/**
	 * @dataProvider provideVersions
	 */
	public function test_a_module_is_used_only_by_extensions_that_it_was_made_for(
		string $extension, string $module, bool $goTogether
	): void {
		if ( !$goTogether ) {
			$this->expectException( IncompatibleModuleException::class );
		}
		ModuleVersion::check( $extension, $module );
		$this->assertTrue( $goTogether );
	}

	public static function provideVersions(): array {
		return [
			'the same version' => [ '0.1.0', '0.1.0', true ],
			'a corrected module' => [ '0.1.0', '0.1.7', true ],
			'a corrected extension' => [ '0.1.7', '0.1.0', true ],
			'before 1.0: a newer module' => [ '0.1.0', '0.2.0', false ],
			'before 1.0: an older module' => [ '0.2.0', '0.1.9', false ],
			'two digits are a number' => [ '0.10.0', '0.1.0', false ],
			'from 1.0 on: a newer module' => [ '1.1.0', '1.4.2', true ],
			'from 1.0 on: an older module' => [ '1.4.0', '1.3.9', false ],
			'an older generation' => [ '1.0.0', '0.9.0', false ],
			'a newer generation' => [ '1.9.0', '2.9.0', false ],
			'no module' => [ '0.1.0', '', false ],
		];
	}

	public function test_the_message_names_both_versions_and_what_is_to_be_done(): void {
		$this->expectExceptionMessageMatches( '/0\.2\.0 .*0\.1\.3 .*wikibase_dispatch.* 0\.2\..*restart PHP-FPM/' );
		ModuleVersion::check( '0.2.0', '0.1.3' );
	}
}
