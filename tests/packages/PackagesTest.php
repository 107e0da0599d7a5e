<?php
/**
 * What the packages of a release contain, and what they say of themselves. PACKAGES names the folder that bin/package
 * has filled, PACKAGES_AGAIN another that it has filled from the same input.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchPackages;

use PharData;
use PHPUnit\Framework\TestCase;
use RecursiveIteratorIterator;

/**
 * @coversNothing
 */
class PackagesTest extends TestCase {

	private const PROJECT = __DIR__ . '/../..';
	private const DEBS = [ 'php*-wikibase-dispatch_*.deb', 'wikibase-dispatch-php*.deb' ];
	private const LIBRARIES = '/^(libsqlite3\.so\.0|lib(c|m)\.so\.6|libgcc_s\.so\.1|ld-linux-.*)$/';

	public function test_the_same_input_gives_the_same_bytes(): void {
		$first = $this->hashes( getenv( 'PACKAGES' ) );
		$this->assertCount( 6, $first );
		$this->assertSame( $first, $this->hashes( getenv( 'PACKAGES_AGAIN' ) ) );
	}

	public function test_the_tarball_holds_what_a_wiki_needs_and_nothing_else(): void {
		$contents = $this->tarball();
		foreach ( [ 'extension.json', 'composer.json', 'COPYING', 'CHANGELOG.md' ] as $file ) {
			$this->assertContains( $file, $contents );
		}
		$this->assertSame( [], preg_grep( '~(^|/)(tests|\.[^/]*)(/|$)|Test\.php$~', $contents ) );
		foreach ( $contents as $file ) {
			if ( str_starts_with( $file, 'src/' ) ) {
				$this->assertFileExists( self::PROJECT . "/php/$file" );
			}
		}
	}

	public function test_every_file_that_extension_json_names_is_in_the_tarball(): void {
		$contents = $this->tarball();
		$manifest = self::json( 'php/extension.json' );
		foreach ( $manifest['ServiceWiringFiles'] as $file ) {
			$this->assertContains( $file, $contents );
		}
		foreach ( array_merge( ...array_values( $manifest['MessagesDirs'] ) ) as $folder ) {
			$this->assertContains( "$folder/en.json", $contents );
		}
	}

	public function test_the_archive_for_pie_is_called_as_pie_looks_for_it(): void {
		$composer = self::json( 'composer.json' );
		$this->assertSame( 'php-ext', $composer['type'] );
		$this->assertSame( [ 'pre-packaged-binary' ], $composer['php-ext']['download-url-method'] );
		$name = sprintf(
			'php_%s-%s_php%d.%d-%s-linux-glibc%s.zip',
			$composer['php-ext']['extension-name'],
			self::json( 'php/extension.json' )['version'],
			PHP_MAJOR_VERSION,
			PHP_MINOR_VERSION,
			strtr( php_uname( 'm' ), [ 'aarch64' => 'arm64' ] ),
			PHP_ZTS ? '-zts' : ''
		);
		$this->assertFileExists( getenv( 'PACKAGES' ) . "/$name" );
		exec( 'unzip -Z1 ' . escapeshellarg( getenv( 'PACKAGES' ) . "/$name" ), $contents );
		$this->assertContains( "{$composer['php-ext']['extension-name']}.so", $contents );
	}

	public function test_all_packages_have_the_same_module(): void {
		$hashes = [];
		foreach ( [ ...self::DEBS, '*.zip', '*-php*.tar.gz' ] as $package ) {
			$hashes[$package] = hash( 'sha256', self::in( $package, 'wikibase_dispatch.so' ) );
		}
		$this->assertCount( 1, array_unique( $hashes ), json_encode( $hashes ) );
	}

	public function test_the_module_loads_wherever_glibc_is_at_least_2_34(): void {
		if ( !str_contains( file_get_contents( '/etc/os-release' ), 'VERSION_CODENAME=bookworm' ) ) {
			$this->markTestSkipped( 'Releases are linked on Debian 12, with its glibc.' );
		}
		preg_match_all( '/\(?GLIBC_([\d.]+)/', self::tool( 'objdump --dynamic-syms' ), $versions );
		usort( $versions[1], 'version_compare' );
		$this->assertNotSame( [], $versions[1] );
		$this->assertTrue( version_compare( end( $versions[1] ), '2.34', '<=' ), end( $versions[1] ) );
	}

	public function test_the_module_is_linked_with_nothing_but_sqlite_and_the_compilers_libraries(): void {
		preg_match_all( '/NEEDED +(\S+)/', self::tool( 'objdump --private-headers' ), $libraries );
		$this->assertContains( 'libsqlite3.so.0', $libraries[1] );
		$this->assertSame( [], preg_grep( self::LIBRARIES, $libraries[1], PREG_GREP_INVERT ) );
	}

	public function test_the_module_is_stripped_and_lists_its_crates_for_an_audit(): void {
		$sections = self::tool( 'objdump --section-headers' );
		$this->assertStringNotContainsString( '.debug_', $sections );
		$this->assertStringContainsString( '.gnu_debuglink', $sections );
		$module = self::in( '*.zip', 'wikibase_dispatch.so' );
		preg_match( '/ \.dep-v0 +(\w+) +\w+ +\w+ +(\w+)/', $sections, $place );
		$crates = gzuncompress( substr( $module, hexdec( $place[2] ), hexdec( $place[1] ) ) );
		$crates = json_decode( $crates, true, 16, JSON_THROW_ON_ERROR )['packages'];
		$names = array_column( $crates, 'name' );
		$this->assertContains( 'mysql_async', $names );
		$this->assertNotContains( 'tempfile', $names, 'it is for tests only' );
		[ $root ] = array_values( array_filter( $crates, static fn ( array $crate ) => $crate['root'] ?? false ) );
		$this->assertSame( 'wikibase-dispatch', $root['name'] );
		$this->assertContains( array_search( 'mysql_async', $names, true ), $root['dependencies'] );
	}

	public function test_the_bill_of_materials_lists_the_same_crates_with_their_hashes(): void {
		[ $file ] = glob( getenv( 'PACKAGES' ) . '/*.cdx.json' );
		$bill = json_decode( file_get_contents( $file ), true, 32, JSON_THROW_ON_ERROR );
		$this->assertSame( [ 'CycloneDX', '1.5' ], [ $bill['bomFormat'], $bill['specVersion'] ] );
		$this->assertMatchesRegularExpression(
			'/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/',
			$bill['serialNumber']
		);
		$listed = [];
		foreach ( $bill['components'] as $component ) {
			$listed[] = "{$component['name']} {$component['version']}";
			$this->assertMatchesRegularExpression( '/^[0-9a-f]{64}$/', $component['hashes'][0]['content'] );
		}
		preg_match_all( '/^  (\S+ [^:]+): /m', self::in( '*.zip', 'THIRD-PARTY' ), $crates );
		$this->assertEqualsCanonicalizing( $crates[1], $listed );
	}

	public function test_compiled_packages_say_that_they_are_under_version_3_of_the_gpl(): void {
		$this->assertStringContainsString( 'Version 3, 29 June 2007', self::in( '*.zip', 'LICENSE' ) );
		$this->assertStringContainsString( 'Version 3, 29 June 2007', self::in( '*-php*.tar.gz', 'LICENSE' ) );
		$this->assertStringContainsString( 'GPL-3.0-or-later only', self::in( '*.zip', 'THIRD-PARTY' ) );
		foreach ( self::DEBS as $package ) {
			$this->assertStringContainsString( 'GPL-3.0-or-later only', self::in( $package, 'copyright' ) );
		}
	}

	public function test_the_module_brings_the_licences_of_what_is_compiled_into_it(): void {
		$ofPie = self::in( '*.zip', 'THIRD-PARTY' );
		$ofDebian = gzdecode( self::in( 'php*-wikibase-dispatch_*.deb', 'third-party.gz' ) );
		$this->assertSame( $ofPie, $ofDebian );
		$this->assertMatchesRegularExpression( '/^  mysql_async [\d.]+: MIT/m', $ofPie );
		$this->assertMatchesRegularExpression( '/^mysql_async [^\n]*:\n\n.*Permission is hereby granted/ms', $ofPie );
		$this->assertStringNotContainsString( '  tempfile ', $ofPie, 'it is for tests only' );
	}

	public function test_the_debian_package_asks_for_the_php_api_and_the_libraries_that_it_was_built_with(): void {
		$depends = self::dependsOf( 'php*-wikibase-dispatch_*.deb' );
		$api = rtrim( (string)shell_exec( 'php-config --phpapi' ) );
		$this->assertMatchesRegularExpression( "/\\bphpapi-$api\\b/", $depends );
		$this->assertStringContainsString( 'libsqlite3-0', $depends );
		$this->assertMatchesRegularExpression( '/\blibc6 \(>= 2\.\d+\)/', $depends );
	}

	public function test_the_other_debian_package_asks_for_no_php(): void {
		$this->assertMatchesRegularExpression(
			'/^libc6 \(>= 2\.\d+\), libgcc-s1, libsqlite3-0 \(>= 3\.34\.1\)$/',
			self::dependsOf( 'wikibase-dispatch-php*.deb' )
		);
	}

	public function test_composer_suggests_a_module_that_the_extension_can_work_with(): void {
		$version = self::json( 'php/extension.json' )['version'];
		$this->assertMatchesRegularExpression( '/^0\.\d+\.\d+$/', $version, 'from 1.0 on, the rule is another one' );
		$this->assertSame(
			'~' . preg_replace( '/\d+$/', '0', $version ) . ', on every host that runs jobs',
			self::json( 'php/composer.json' )['suggest']['ext-wikibase_dispatch']
		);
	}

	/**
	 * @return array<string,string> of the files in a folder
	 */
	private function hashes( string $folder ): array {
		$hashes = [];
		foreach ( glob( "$folder/*" ) as $file ) {
			$hashes[basename( $file )] = hash_file( 'sha256', $file );
		}
		return $hashes;
	}

	/**
	 * @return list<string> paths in the folder of the extension
	 */
	private function tarball(): array {
		[ $file ] = glob( getenv( 'PACKAGES' ) . '/WikibaseDispatch-*.tar.gz' );
		$paths = [];
		foreach ( new RecursiveIteratorIterator( new PharData( $file ) ) as $entry ) {
			$path = substr( $entry->getPathname(), strlen( "phar://$file/" ) );
			$this->assertStringStartsWith( 'WikibaseDispatch/', $path );
			$paths[] = substr( $path, strlen( 'WikibaseDispatch/' ) );
		}
		return $paths;
	}

	/** What binutils say of the module. */
	private static function tool( string $command ): string {
		$file = tempnam( sys_get_temp_dir(), 'module' );
		file_put_contents( $file, self::in( '*.zip', 'wikibase_dispatch.so' ) );
		$answer = (string)shell_exec( "$command $file" );
		unlink( $file );
		return $answer;
	}

	/** A file in a package, by its name. */
	private static function in( string $package, string $file ): string {
		[ $path ] = glob( getenv( 'PACKAGES' ) . "/$package" );
		$path = escapeshellarg( $path );
		$content = (string)shell_exec( match ( pathinfo( $package, PATHINFO_EXTENSION ) ) {
			'deb' => "dpkg-deb --fsys-tarfile $path | tar -xO --wildcards '*/$file'",
			'zip' => "unzip -p $path $file",
			'gz' => "tar -xzOf $path --wildcards '*/$file'",
		} );
		self::assertNotSame( '', $content, "$file in $package" );
		return $content;
	}

	private static function dependsOf( string $package ): string {
		[ $path ] = glob( getenv( 'PACKAGES' ) . "/$package" );
		return trim( (string)shell_exec( 'dpkg-deb --field ' . escapeshellarg( $path ) . ' Depends' ) );
	}

	private static function json( string $file ): array {
		return json_decode( file_get_contents( self::PROJECT . "/$file" ), true, 64, JSON_THROW_ON_ERROR );
	}
}
