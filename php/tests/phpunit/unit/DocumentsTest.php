<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use FilesystemIterator;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientGroups;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\Rollout;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;
use ReflectionClass;

/**
 * What the documents name exists, and they stay as short as somebody reads.
 *
 * @coversNothing
 */
class DocumentsTest extends TestCase {

	private const ROOT = __DIR__ . '/../../../../';

	private const WORDS_OF_README = 700;
	private const WORDS_OF_DOCS = 15_000;
	/** What an editor shows; a link may be longer. */
	private const COLUMNS = 120;

	/** Native settings that the extension finds out by itself. */
	private const FACTS = [ 'canDelay', 'claimsToDelay', 'memoryLimit', 'refusedClients' ];

	/** Of these folders, what a path in a document begins with. */
	private const FOLDERS = [ 'benches', 'bin', 'docs', 'php', 'src', 'stubs', 'tests' ];

	/** These may name documents. */
	private const SOURCES = [ 'benches', 'bin', 'php', 'src', 'stubs', 'tests' ];

	public function test_the_readme_and_the_documents_are_short(): void {
		$this->assertLessThanOrEqual( self::WORDS_OF_README, ( new Markdown( self::ROOT . 'README.md' ) )->words() );
		$words = [];
		foreach ( self::documents( isOfDocs: true ) as $path => $document ) {
			// What is there is for the documents of another project.
			if ( !str_starts_with( $path, 'docs/upstream/' ) ) {
				$words[$path] = $document->words();
			}
		}
		arsort( $words );
		$this->assertLessThanOrEqual( self::WORDS_OF_DOCS, array_sum( $words ), json_encode( $words ) );
	}

	public function test_links_and_anchors_lead_somewhere(): void {
		$broken = [];
		foreach ( self::documents() as $path => $document ) {
			foreach ( $document->links() as $link ) {
				if ( !str_contains( $link, '://' ) && !self::leadsSomewhere( $document, $link ) ) {
					$broken[] = "$path: $link";
				}
			}
		}
		$this->assertSame( [], $broken );
	}

	public function test_files_that_are_named_exist(): void {
		$folders = implode( '|', self::FOLDERS );
		$this->assertNothingIsMissing(
			"~(?<![\w./$-])(?:$folders)/[\w./*{},-]*[\w/*}]~",
			static fn ( string $path ) => glob( self::ROOT . $path, GLOB_BRACE ) !== []
		);
	}

	public function test_documents_that_the_sources_name_exist(): void {
		$missing = [];
		foreach ( self::SOURCES as $folder ) {
			foreach ( self::files( $folder ) as $path ) {
				$text = file_get_contents( self::ROOT . $path );
				preg_match_all( '~(?<![\w/.])docs/[a-z/-]+\.(?:md|yml|json)~', $text, $names );
				foreach ( $names[0] as $name ) {
					if ( !file_exists( self::ROOT . $name ) ) {
						$missing[] = "$path: $name";
					}
				}
			}
		}
		$this->assertSame( [], $missing );
	}

	public function test_targets_of_make_and_steps_of_the_tests_exist(): void {
		$makefile = file_get_contents( self::ROOT . 'Makefile' );
		$this->assertNothingIsMissing(
			'~^make ([a-z]+)~',
			static fn ( string $target ) => (bool)preg_match( "/^$target:/m", $makefile )
		);
		$steps = file_get_contents( self::ROOT . 'bin/lib/steps.sh' );
		$this->assertNothingIsMissing( '~^bin/test ([a-z][\w. -]*)~', static function ( string $named ) use ( $steps ) {
			foreach ( explode( ' ', trim( $named ) ) as $step ) {
				// Where MediaWiki has several versions, the step's name ends with one.
				$name = preg_replace( '/\d\.\d+$/', '$version', $step );
				if ( !str_contains( $steps, "\n$name " ) && !str_contains( $steps, '"' . $name . '"' ) ) {
					return false;
				}
			}
			return true;
		} );
	}

	public function test_scripts_and_their_options_exist(): void {
		$scripts = implode( '|', array_map(
			static fn ( string $path ) => basename( $path, '.php' ), glob( self::ROOT . 'php/maintenance/*.php' )
		) );
		$this->assertNothingIsMissing(
			'~WikibaseDispatch:(\w+)~',
			static fn ( string $script ) => file_exists( self::ROOT . "php/maintenance/$script.php" )
		);
		$hasOptions = static function ( string $command ) use ( $scripts ) {
			preg_match( "~$scripts~", $command, $script );
			preg_match_all( '~ --([a-z-]+)~', $command, $options );
			$code = file_get_contents( self::ROOT . "php/maintenance/$script[0].php" );
			$unknown = array_filter(
				$options[1],
				static fn ( string $option ) => $option !== 'help' && !str_contains( $code, "'$option'" )
			);
			return $unknown === [];
		};
		$this->assertNothingIsMissing( "~(?:$scripts)\b[^|]*? --[a-z][\w -]*~", $hasOptions );
	}

	public function test_tables_and_messages_exist(): void {
		$code = '';
		foreach ( [ 'php/sql', 'php/i18n', 'php/src', 'src', 'tests/support/sql' ] as $folder ) {
			foreach ( self::files( $folder ) as $path ) {
				$code .= file_get_contents( self::ROOT . $path );
			}
		}
		$this->assertNothingIsMissing(
			'~\b(?:wbc?_[a-z_]+|wikibasedispatch-[a-z-]+)\b~',
			static fn ( string $name ) => (bool)preg_match( '/\b' . preg_quote( $name ) . '\b/', $code )
		);
	}

	public function test_tests_that_are_named_exist(): void {
		$paths = [ ...self::files( 'php/tests' ) ];
		$names = array_map( static fn ( string $path ) => basename( $path, '.php' ), $paths );
		$this->assertNothingIsMissing( '~^\w+Test$~', static fn ( string $name ) => in_array( $name, $names, true ) );
	}

	public function test_every_dependency_is_listed_and_no_other(): void {
		$sections = preg_split( '/^\[/m', file_get_contents( self::ROOT . 'Cargo.toml' ) );
		$sections = implode( preg_grep( '/^(?:dev-)?dependencies\]/', $sections ) );
		preg_match_all( '/^([a-z][\w-]*) = /m', $sections, $crates );
		$architecture = file_get_contents( self::ROOT . 'docs/architecture.md' );
		preg_match_all( '/^\|([^|]*)\|/m', explode( '## Dependencies', $architecture )[1], $cells );
		preg_match_all( '/`([a-z][\w-]*)`/', implode( $cells[1] ), $listed );
		$this->assertEqualsCanonicalizing( [ ...$crates[1], 'libfuzzer-sys' ], $listed[1] );
	}

	public function test_every_setting_is_documented_with_its_default_and_no_other(): void {
		$native = file_get_contents( self::ROOT . 'src/domain/settings/mod.rs' );
		preg_match_all( '/= whole\("(\w+)", [^,]+, ([^)]+)\)/', $native, $wholes );
		preg_match_all( '/^const \w+: &str = "(\w+)";/m', $native, $texts );
		$known = array_diff( [
			...$wholes[1], ...$texts[1], ...ClientSettings::NAMES, ClientGroups::SETTING, Rollout::SETTING,
			...self::constants( WikiSettings::class, [ 'LOCK_MANAGER', 'LAG_FACTOR', 'RUNBOOK', 'DASHBOARD' ] ),
		], self::FACTS );
		$document = file_get_contents( self::ROOT . 'docs/configuration.md' );
		preg_match_all( '/^\| `([a-z]+[A-Z]\w+|rollout)` \| ([^|]*) \| [^|]*\|$/m', $document, $rows );
		$documented = array_combine( $rows[1], $rows[2] );
		$this->assertSame( [], array_values( array_diff( $known, $rows[1] ) ), 'not documented' );
		$this->assertSame( [], array_values( array_diff( $rows[1], $known ) ), 'no settings' );
		foreach ( array_combine( $wholes[1], $wholes[2] ) as $name => $default ) {
			if ( isset( $documented[$name] ) ) {
				$found = self::number( self::defaultIn( $documented[$name] ) );
				$this->assertSame( self::number( $default ), $found, $name );
			}
		}
	}

	public function test_the_readme_has_the_measured_numbers(): void {
		$performance = file_get_contents( self::ROOT . 'docs/performance.md' );
		preg_match( '/<!-- bench goals -->(.*?)<!-- end -->/s', $performance, $goals );
		preg_match_all( '/ ([\d.]+) times less \|/', $goals[1], $measured );
		preg_match_all( '/(\d+)\s+times\s+(?:fewer|less)/', file_get_contents( self::ROOT . 'README.md' ), $claimed );
		$this->assertNotSame( [], $claimed[1] );
		$rounded = array_map( static fn ( string $number ) => (string)round( (float)$number ), $measured[1] );
		$this->assertSame( [], array_values( array_diff( $claimed[1], $rounded ) ) );
	}

	public function test_prose_has_no_dates_and_no_long_lines(): void {
		$found = [];
		foreach ( self::documents() as $path => $document ) {
			foreach ( $document->prose() as $number => $line ) {
				$words = preg_replace( '/\]\([^)]*\)/', ']', $line );
				if ( preg_match( '/\b20\d\d-\d\d-\d\d\b/', $line ) || mb_strlen( $words ) > self::COLUMNS ) {
					$found[] = "$path:$number";
				}
			}
		}
		$this->assertSame( [], $found );
	}

	/**
	 * @param string $pattern of names in code; its first group, if it has one, is the name
	 * @param callable(string):bool $exists
	 */
	private function assertNothingIsMissing( string $pattern, callable $exists ): void {
		$missing = [];
		$count = 0;
		foreach ( self::documents() as $path => $document ) {
			foreach ( $document->code() as $code ) {
				preg_match_all( $pattern, $code, $matches );
				foreach ( end( $matches ) as $name ) {
					$count++;
					if ( !$exists( $name ) ) {
						$missing[] = "$path: $name";
					}
				}
			}
		}
		$this->assertSame( [], array_values( array_unique( $missing ) ) );
		$this->assertNotSame( 0, $count );
	}

	private static function leadsSomewhere( Markdown $document, string $link ): bool {
		[ $file, $anchor ] = explode( '#', $link ) + [ 1 => null ];
		$target = $file === '' ? $document->path : dirname( $document->path ) . "/$file";
		return file_exists( $target )
			&& ( $anchor === null || in_array( $anchor, ( new Markdown( $target ) )->anchors(), true ) );
	}

	/**
	 * @return iterable<string,Markdown> path => document
	 */
	private static function documents( bool $isOfDocs = false ): iterable {
		$others = [ 'README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'tests/README.md', 'benches/README.md' ];
		foreach ( [ ...( $isOfDocs ? [] : $others ), ...self::files( 'docs' ) ] as $path ) {
			if ( str_ends_with( $path, '.md' ) ) {
				yield $path => new Markdown( self::ROOT . $path );
			}
		}
	}

	/**
	 * @return iterable<string> paths of what can be read
	 */
	private static function files( string $folder ): iterable {
		$files = new RecursiveIteratorIterator(
			new RecursiveDirectoryIterator( self::ROOT . $folder, FilesystemIterator::SKIP_DOTS )
		);
		foreach ( $files as $file ) {
			$path = substr( $file->getPathname(), strlen( self::ROOT ) );
			if ( $file->isFile() && $file->getSize() < 1 << 20 && !preg_match( '~/(?:target|data|vendor)/~', $path ) ) {
				yield $path;
			}
		}
	}

	/**
	 * @return list<string>
	 */
	private static function constants( string $class, array $names ): array {
		$all = ( new ReflectionClass( $class ) )->getConstants();
		return array_map( static fn ( string $name ) => $all[$name], $names );
	}

	/** Of a cell: `60 where the queue delays jobs, else 0` has two; what native code says is the last. */
	private static function defaultIn( string $cell ): string {
		preg_match( '/else (\d+)/', $cell, $else );
		preg_match( '/^\d+(?: MiB)?/', $cell, $first );
		return $else[1] ?? $first[0] ?? '';
	}

	/** `1 << 20`, `10_800` and `16 MiB` are numbers. */
	private static function number( string $text ): int {
		$text = str_replace( [ '_', ' MiB' ], [ '', ' << 20' ], trim( $text ) );
		[ $number, $shift ] = explode( ' << ', $text ) + [ 1 => '0' ];
		return (int)$number << (int)$shift;
	}
}
