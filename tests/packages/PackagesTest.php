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

	public function test_the_same_input_gives_the_same_bytes(): void {
		$first = $this->hashes( getenv( 'PACKAGES' ) );
		$this->assertCount( 3, $first );
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

	public function test_the_module_for_pie_is_the_module_of_the_debian_package(): void {
		[ $zip ] = glob( getenv( 'PACKAGES' ) . '/*.zip' );
		[ $deb ] = glob( getenv( 'PACKAGES' ) . '/*.deb' );
		$ofPie = hash( 'sha256', (string)shell_exec( 'unzip -p ' . escapeshellarg( $zip ) . ' wikibase_dispatch.so' ) );
		$ofDebian = hash( 'sha256', (string)shell_exec(
			'dpkg-deb --fsys-tarfile ' . escapeshellarg( $deb ) . " | tar -xO --wildcards '*.so'"
		) );
		$this->assertSame( $ofPie, $ofDebian );
	}

	public function test_the_module_brings_the_licences_of_what_is_compiled_into_it(): void {
		[ $zip ] = glob( getenv( 'PACKAGES' ) . '/*.zip' );
		[ $deb ] = glob( getenv( 'PACKAGES' ) . '/*.deb' );
		$ofPie = (string)shell_exec( 'unzip -p ' . escapeshellarg( $zip ) . ' THIRD-PARTY' );
		$ofDebian = (string)shell_exec(
			'dpkg-deb --fsys-tarfile ' . escapeshellarg( $deb ) . " | tar -xO --wildcards '*/third-party.gz' | gunzip"
		);
		$this->assertSame( $ofPie, $ofDebian );
		$this->assertMatchesRegularExpression( '/^  mysql_async [\d.]+: MIT/m', $ofPie );
		$this->assertMatchesRegularExpression( '/^mysql_async [^\n]*:\n\n.*Permission is hereby granted/ms', $ofPie );
		$this->assertStringNotContainsString( '  tempfile ', $ofPie, 'it is for tests only' );
	}

	public function test_the_debian_package_asks_for_the_php_api_and_the_libraries_that_it_was_built_with(): void {
		[ $deb ] = glob( getenv( 'PACKAGES' ) . '/*.deb' );
		$depends = (string)shell_exec( 'dpkg-deb --field ' . escapeshellarg( $deb ) . ' Depends' );
		$api = rtrim( (string)shell_exec( 'php-config --phpapi' ) );
		$this->assertMatchesRegularExpression( "/\\bphpapi-$api\\b/", $depends );
		$this->assertStringContainsString( 'libsqlite3-0', $depends );
		$this->assertStringContainsString( 'libc6', $depends );
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

	private static function json( string $file ): array {
		return json_decode( file_get_contents( self::PROJECT . "/$file" ), true, 64, JSON_THROW_ON_ERROR );
	}
}
