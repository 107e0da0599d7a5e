<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch\Manage;

use FilesystemIterator;
use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;

/**
 * Nothing is done to a client without a record of it: what acts is named by the class that records, and by the wiring
 * that gives it to nobody else.
 *
 * @coversNothing
 */
class OneWayTest extends TestCase {

	private const FOLDER = __DIR__ . '/../../../../..';

	/** Classes that act, in the folder Dispatch, and methods of native code that do. */
	private const ACTORS = [ 'ClientSwitch', 'ClientSeek', 'ClientCatchUp', 'ClientRebuild', 'SetAsideChanges' ];
	private const METHODS = [ 'disable', 'enable', 'seek', 'wake', 'takeUp' ];

	private const MAY_NAME_THEM = [ 'src/Dispatch/Manage/ClientManagement.php', 'src/ServiceWiring/Dispatch.php' ];

	public function test_what_acts_is_used_by_the_class_that_records_and_by_nobody_else(): void {
		$found = [];
		$own = array_map( static fn ( string $class ) => "src/Dispatch/$class.php", self::ACTORS );
		foreach ( self::sources() as $path => $code ) {
			$names = preg_match( '/\b(' . implode( '|', self::ACTORS ) . ')\b/', $code );
			if ( $names && !in_array( $path, [ ...$own, ...self::MAY_NAME_THEM ], true ) ) {
				$found[] = $path;
			}
			$acts = preg_match( '/dispatcher\(\)->(' . implode( '|', self::METHODS ) . ')\(/', $code );
			if ( $acts && !in_array( $path, $own, true ) ) {
				$found[] = $path;
			}
		}
		$this->assertSame( [], $found );
	}

	public function test_none_of_them_is_a_service(): void {
		foreach ( self::ACTORS as $class ) {
			$this->assertStringNotContainsString( "WikibaseDispatch.$class'",
				file_get_contents( self::FOLDER . '/src/ServiceWiring/Dispatch.php' ) );
		}
	}

	/**
	 * @return iterable<string,string> path => code without comments
	 */
	private static function sources(): iterable {
		foreach ( [ 'src', 'maintenance' ] as $folder ) {
			$files = new RecursiveIteratorIterator( new RecursiveDirectoryIterator(
				self::FOLDER . "/$folder", FilesystemIterator::SKIP_DOTS
			) );
			foreach ( $files as $file ) {
				$path = $file->getPathname();
				yield substr( $path, strlen( self::FOLDER ) + 1 ) => php_strip_whitespace( $path );
			}
		}
	}
}
