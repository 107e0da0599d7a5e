<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use FilesystemIterator;
use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;

/**
 * The folders of the extension have a direction: each uses only itself and those before it. What stands above them, the
 * wiring and what MediaWiki calls first, may use all.
 *
 * @coversNothing
 */
class ArchitectureTest extends TestCase {

	private const SOURCES = __DIR__ . '/../../../src';
	private const NAMESPACE = 'MediaWiki\\\\Extension\\\\WikibaseDispatch\\\\';

	/** What each holds is in docs/architecture.md. */
	private const ORDER = [ 'Base', 'Client', 'Dispatch', 'Migration', 'Status', 'Ui', 'Hooks' ];

	/** These stand above the folders. */
	private const TOP = [ 'Registration.php', 'ServiceWiring', 'WikibaseDispatchServices.php' ];

	/**
	 * MediaWiki makes these in every request, or without its services; what they need they get from the wiring, when
	 * they need it.
	 */
	private const MADE_TOO_EARLY = [
		'Hooks/MarkHandler.php', 'Hooks/PageHandler.php', 'Hooks/RequestHandler.php',
		'Migration/Takeover/AnnouncingQueue.php',
	];

	public function test_no_folder_uses_one_that_comes_after_it(): void {
		$found = [];
		foreach ( self::sources() as $path => $code ) {
			foreach ( self::usedAgainstTheOrder( $path, $code ) as $used ) {
				$found[] = "$path uses $used";
			}
		}
		$this->assertSame( [], $found );
	}

	public function test_only_those_that_are_made_too_early_ask_the_wiring(): void {
		$found = [];
		foreach ( self::sources() as $path => $code ) {
			if ( !self::isTop( $path ) && str_contains( $code, 'WikibaseDispatchServices' ) ) {
				$found[] = $path;
			}
		}
		sort( $found );
		$this->assertSame( self::MADE_TOO_EARLY, $found );
	}

	public function test_there_are_no_other_folders(): void {
		$names = array_values( array_diff( scandir( self::SOURCES ), [ '.', '..' ] ) );
		$known = [ ...self::ORDER, ...self::TOP ];
		sort( $names );
		sort( $known );
		$this->assertSame( $known, $names );
	}

	public function test_the_rule_would_notice_a_violation(): void {
		$name = 'MediaWiki\\Extension\\WikibaseDispatch\\Status\\Step';
		$this->assertSame( [ 'Status\\Step' ], self::usedAgainstTheOrder( 'Base/Log/X.php', "use $name;" ) );
		$this->assertSame( [ 'Status\\Step' ], self::usedAgainstTheOrder( 'Migration/X.php', "new \\$name()" ) );
		$this->assertSame( [], self::usedAgainstTheOrder( 'Status/X.php', "use $name;" ) );
		$this->assertSame( [], self::usedAgainstTheOrder( 'Ui/Page/X.php', "use $name;" ) );
	}

	/**
	 * @return list<string>
	 */
	private static function usedAgainstTheOrder( string $path, string $code ): array {
		$own = array_search( strtok( $path, '/' ), self::ORDER, true );
		if ( $own === false ) {
			return [];
		}
		$later = implode( '|', array_slice( self::ORDER, $own + 1 ) );
		if ( $later === '' ) {
			return [];
		}
		preg_match_all( '/' . self::NAMESPACE . "((?:$later)\\\\[\\w\\\\]+)/", $code, $matches );
		return $matches[1];
	}

	private static function isTop( string $path ): bool {
		return in_array( strtok( $path, '/' ), self::TOP, true );
	}

	/**
	 * @return iterable<string,string> path below the sources => code without comments
	 */
	private static function sources(): iterable {
		$files = new RecursiveIteratorIterator(
			new RecursiveDirectoryIterator( self::SOURCES, FilesystemIterator::SKIP_DOTS )
		);
		foreach ( $files as $file ) {
			$path = $file->getPathname();
			yield substr( $path, strlen( self::SOURCES ) + 1 ) => php_strip_whitespace( $path );
		}
	}
}
