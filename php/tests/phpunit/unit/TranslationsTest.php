<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use PHPUnit\Framework\TestCase;

/**
 * What grunt-banana-checker checks, and that translations keep the parameters, tags and names of the English messages.
 *
 * @coversNothing
 */
class TranslationsTest extends TestCase {

	private const FOLDER = __DIR__ . '/../../..';

	/** Language => the most forms that {{PLURAL}} takes there. */
	private const FORMS = [ 'en' => 2, 'de' => 2, 'fr' => 2, 'he' => 3 ];

	/** Language => messages that are the same as in English. */
	private const SAME = [
		'de' => [
			'wikibasedispatch-status-link-dashboard',
			'wikibasedispatch-status-per-minute',
			'wikibasedispatch-status-in',
			'wikibasedispatch-status-clients',
			'wikibasedispatch-status-filter-client',
			'wikibasedispatch-status-filter-condition',
			'wikibasedispatch-status-column-client',
			'wikibasedispatch-status-column-condition',
			'wikibasedispatch-status-column-rollout',
			'wikibasedispatch-status-column-format',
			'wikibasedispatch-explain-condition',
			'wikibasedispatch-client-state',
			'wikibasedispatch-client-rollout',
			'wikibasedispatch-manage-client',
		],
		'fr' => [
			'wikibasedispatch-status-per-minute',
			'wikibasedispatch-status-clients',
			'wikibasedispatch-status-column-client',
			'wikibasedispatch-status-column-format',
			'wikibasedispatch-client-column-type',
		],
		'he' => [],
	];

	/**
	 * @dataProvider provideFolders
	 */
	public function test_every_message_has_text_and_documentation( string $folder ): void {
		foreach ( [ 'en', 'qqq' ] as $language ) {
			foreach ( self::messages( $folder, $language ) as $name => $text ) {
				$this->assertMatchesRegularExpression( '/\A[a-z\d+-]+\z/', $name );
				$this->assertIsCleanText( $text, "$name in $language" );
			}
		}
	}

	/**
	 * @dataProvider provideFolders
	 */
	public function test_the_documentation_names_every_parameter( string $folder ): void {
		$documentation = self::messages( $folder, 'qqq' );
		foreach ( self::messages( $folder, 'en' ) as $name => $text ) {
			// The template describes the first two.
			$described = str_contains( $documentation[$name], '{{Logentry}}' ) ? [ '$1', '$2' ] : [];
			$missing = array_diff( self::parameters( $text ), self::parameters( $documentation[$name] ), $described );
			$this->assertSame( [], array_values( $missing ), $name );
		}
	}

	/**
	 * @dataProvider provideFolders
	 */
	public function test_the_forms_of_english_messages_are_right( string $folder ): void {
		foreach ( self::messages( $folder, 'en' ) as $name => $text ) {
			$this->assertFormsAreRight( 'en', $text, $name );
		}
	}

	/**
	 * @dataProvider provideTranslations
	 */
	public function test_a_translation_is_written_as_translatewiki_writes_it( string $folder, string $language ): void {
		$file = self::file( $folder, $language );
		$messages = json_decode( $file, true, 8, JSON_THROW_ON_ERROR );
		$this->assertNotSame( [], $messages['@metadata']['authors'] ?? [] );
		$written = json_encode( $messages, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE );
		$tabs = static fn ( array $indent ) => str_repeat( "\t", intdiv( strlen( $indent[0] ), 4 ) );
		$this->assertSame( preg_replace_callback( '/^ +/m', $tabs, $written ) . "\n", $file );
	}

	/**
	 * @dataProvider provideTranslations
	 */
	public function test_a_translation_follows_the_english_file( string $folder, string $language ): void {
		$names = array_keys( self::messages( $folder, $language ) );
		$known = array_keys( self::messages( $folder, 'en' ) );
		$this->assertNotSame( [], $names );
		$this->assertSame( array_values( array_intersect( $known, $names ) ), $names );
	}

	/**
	 * @dataProvider provideTranslations
	 */
	public function test_a_translation_keeps_parameters_tags_and_names( string $folder, string $language ): void {
		$english = self::messages( $folder, 'en' );
		foreach ( self::messages( $folder, $language ) as $name => $text ) {
			$message = "$name in $language";
			$this->assertIsCleanText( $text, $message );
			$this->assertFormsAreRight( $language, $text, $message );
			foreach ( [ 'parameters', 'codes', 'tags', 'names', 'links', 'variables' ] as $kept ) {
				$this->assertSame( self::$kept( $english[$name] ), self::$kept( $text ), "$kept of $message" );
			}
		}
	}

	/**
	 * @dataProvider provideTranslations
	 */
	public function test_what_is_in_a_translation_is_translated( string $folder, string $language ): void {
		if ( !isset( self::SAME[$language] ) ) {
			$this->expectNotToPerformAssertions();
			return;
		}
		$messages = self::messages( $folder, $language );
		$same = array_keys( array_intersect_assoc( $messages, self::messages( $folder, 'en' ) ) );
		$this->assertSame( array_values( array_intersect( self::SAME[$language], array_keys( $messages ) ) ), $same );
	}

	public static function provideFolders(): iterable {
		$manifest = json_decode( file_get_contents( self::FOLDER . '/extension.json' ), true );
		foreach ( $manifest['MessagesDirs']['WikibaseDispatch'] as $folder ) {
			yield $folder => [ $folder ];
		}
	}

	public static function provideTranslations(): iterable {
		foreach ( self::provideFolders() as [ $folder ] ) {
			$found = array_map(
				static fn ( string $path ) => basename( $path, '.json' ), glob( self::FOLDER . "/$folder/*.json" )
			);
			$languages = array_unique( [ ...array_keys( self::SAME ), ...$found ] );
			foreach ( array_diff( $languages, [ 'en', 'qqq' ] ) as $language ) {
				yield "$folder: $language" => [ $folder, $language ];
			}
		}
	}

	private function assertIsCleanText( string $text, string $message ): void {
		$this->assertDoesNotMatchRegularExpression( '/\A\s|\s\z|\A\z/u', $text, $message );
	}

	/** MediaWiki trims forms: a space has to be outside of the braces. */
	private function assertFormsAreRight( string $language, string $text, string $message ): void {
		preg_match_all( '/\{\{(PLURAL|GENDER):\$\d\|([^{}]*)\}\}/', $text, $found, PREG_SET_ORDER );
		foreach ( $found as [ , $kind, $forms ] ) {
			$forms = explode( '|', $forms );
			$this->assertSame( array_map( 'trim', $forms ), $forms, $message );
			if ( $kind === 'PLURAL' && isset( self::FORMS[$language] ) ) {
				$ofRules = preg_grep( '/\A\d+=/', $forms, PREG_GREP_INVERT );
				$this->assertGreaterThanOrEqual( 2, count( $ofRules ), $message );
				$this->assertLessThanOrEqual( self::FORMS[$language], count( $ofRules ), $message );
			}
		}
		$this->assertSame( count( $found ), substr_count( $text, '{{' ), "braces of $message" );
		$this->assertSame( count( $found ), substr_count( $text, '}}' ), "braces of $message" );
	}

	/**
	 * @return list<string> such as `$1`
	 */
	private static function parameters( string $text ): array {
		return array_values( array_unique( self::found( '/\$\d+/', $text ) ) );
	}

	/**
	 * @return list<string> what is marked as code or as input, in any order
	 */
	private static function codes( string $text ): array {
		return self::found( '~<(code|kbd)>.*?</\1>~', $text );
	}

	/**
	 * @return list<string>
	 */
	private static function tags( string $text ): array {
		return self::found( '/<[^>]*>/', $text );
	}

	/**
	 * @return list<string> names of software, such as `MariaDB`
	 */
	private static function names( string $text ): array {
		return array_values( array_unique( self::found( '/\b(?:[A-Z]+[a-z]+[A-Z]\w*|SQLite|PHP-FPM)/', $text ) ) );
	}

	/**
	 * @return list<string> targets of links
	 */
	private static function links( string $text ): array {
		return self::found( '/\[\[[^|\]]*/', $text );
	}

	/**
	 * @return list<string> whose gender, and which values of a number have a form of their own
	 */
	private static function variables( string $text ): array {
		return array_values( array_unique( self::found( '/\{\{GENDER:\$\d|(?<=\|)\d+=/', $text ) ) );
	}

	/**
	 * @return list<string> sorted
	 */
	private static function found( string $pattern, string $text ): array {
		preg_match_all( $pattern, $text, $found );
		sort( $found[0] );
		return $found[0];
	}

	/**
	 * @return array<string,string> without the metadata
	 */
	private static function messages( string $folder, string $language ): array {
		$messages = json_decode( self::file( $folder, $language ), true, 8, JSON_THROW_ON_ERROR );
		unset( $messages['@metadata'] );
		return $messages;
	}

	private static function file( string $folder, string $language ): string {
		return file_get_contents( self::FOLDER . "/$folder/$language.json" );
	}
}
