<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Native;

use FilesystemIterator;
use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;

/**
 * Compiled classes may be named as types everywhere, but only `src/Base/Native` makes them: so the rest can be tested
 * without the compiled module, and there is one place to look at when its contract changes.
 *
 * @coversNothing
 */
class LayerTest extends TestCase {

	private const SOURCES = __DIR__ . '/../../../../../src';

	public function test_compiled_classes_are_made_only_in_the_native_folder(): void {
		$this->assertSame( [], $this->violations( static fn ( string $path ) => !str_contains( $path, '/Native/' ) ) );
	}

	public function test_the_rule_would_notice_a_violation(): void {
		$found = $this->violations( static fn ( string $path ) => str_contains( $path, '/Native/' ) );
		$this->assertContains( 'NativeFactory.php: new Dispatcher', $found );
		$this->assertContains( 'NotificationDecoder.php: Notification::', $found );
	}

	public function test_every_compiled_class_that_is_named_has_a_stub(): void {
		$unknown = [];
		foreach ( $this->sources() as $path => $code ) {
			foreach ( self::imported( $code ) as $class ) {
				if ( !is_file( self::SOURCES . "/../../stubs/$class.php" ) ) {
					$unknown[] = basename( $path ) . ": $class";
				}
			}
		}
		$this->assertSame( [], $unknown );
	}

	/**
	 * @return list<string>
	 */
	private function violations( callable $isConcerned ): array {
		$violations = [];
		foreach ( $this->sources() as $path => $code ) {
			if ( !$isConcerned( $path ) ) {
				continue;
			}
			$names = array_merge( self::imported( $code ), [ '\\\\WikibaseDispatch\\\\\w+' ] );
			$any = implode( '|', $names );
			// `Class::class` names a class and does not use it.
			if ( preg_match_all( "/\bnew\s+(?:$any)\b|(?<![\w\\\\])(?:$any)::(?!class\b)/", $code, $matches ) ) {
				foreach ( $matches[0] as $match ) {
					$violations[] = basename( $path ) . ": $match";
				}
			}
		}
		return $violations;
	}

	/**
	 * @return iterable<string,string> path => code without comments
	 */
	private function sources(): iterable {
		$files = new RecursiveIteratorIterator(
			new RecursiveDirectoryIterator( self::SOURCES, FilesystemIterator::SKIP_DOTS )
		);
		foreach ( $files as $file ) {
			if ( $file->getExtension() === 'php' ) {
				yield $file->getPathname() => php_strip_whitespace( $file->getPathname() );
			}
		}
	}

	/**
	 * @return list<string> names of compiled classes that the code imports
	 */
	private static function imported( string $code ): array {
		preg_match_all( '/\buse WikibaseDispatch\\\\(\w+)/', $code, $matches );
		return $matches[1];
	}
}
