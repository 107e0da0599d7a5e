<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Native;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnusableModuleException;
use PHPUnit\Framework\TestCase;

/**
 * Which versions of the native module and of the extension go together.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\Module
 */
class ModuleTest extends TestCase {

	/**
	 * @dataProvider provideVersions
	 */
	public function test_a_module_is_used_only_by_extensions_that_it_was_made_for(
		string $extension, string $module, bool $goTogether
	): void {
		$module = new Module( $extension, $module );
		$this->assertSame( $goTogether, $module->isUsable() );
		if ( !$goTogether ) {
			$this->expectException( UnusableModuleException::class );
		}
		$module->require();
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
		( new Module( '0.2.0', '0.1.3' ) )->require();
	}

	public function test_where_there_is_none_the_message_names_it_and_the_version_that_is_needed(): void {
		$this->expectExceptionMessageMatches(
			'/^WikibaseDispatch 0\.2\.0 requires wikibase_dispatch PHP extension to be installed, in version 0\.2, /'
		);
		( new Module( '0.2.0', '' ) )->require();
	}

	public function test_the_documents_quote_the_message(): void {
		$sentence = 'requires wikibase_dispatch PHP extension to be installed';
		$this->assertStringContainsString( $sentence, ( new Module( '0.2.0', '' ) )->whyNot() );
		$root = __DIR__ . '/../../../../../..';
		foreach ( [ 'docs/troubleshooting.md', 'docs/upgrading.md' ] as $file ) {
			$this->assertStringContainsString( "*$sentence*", file_get_contents( "$root/$file" ), $file );
		}
	}
}
