<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Manage;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Action;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ActionLog;
use PHPUnit\Framework\TestCase;

/**
 * That page, API and log have words for whatever can be done and whatever can keep it from being done.
 *
 * @coversNothing
 */
class MessagesTest extends TestCase {

	private const FOLDER = __DIR__ . '/../../../../..';

	public function test_every_message_is_documented(): void {
		$this->assertSame( array_keys( self::messages( 'en' ) ), array_keys( self::messages( 'qqq' ) ) );
	}

	public function test_no_form_of_a_plural_begins_or_ends_with_a_space_because_mediawiki_cuts_it_off(): void {
		$files = [ self::FOLDER . '/i18n/en.json', ...glob( self::FOLDER . '/i18n/*/en.json' ) ];
		$texts = implode( "\n", array_map( 'file_get_contents', $files ) );
		preg_match_all( '/\{\{(?:PLURAL|GENDER):[^|}]*\|([^}]*)\}\}/', $texts, $found );
		$this->assertNotSame( [], $found[1] );
		$forms = preg_replace( '/^\d+=/', '', explode( '|', implode( '|', $found[1] ) ) );
		$this->assertSame( array_map( 'trim', $forms ), $forms );
	}

	public function test_there_are_words_for_every_action(): void {
		$names = [];
		foreach ( Action::cases() as $action ) {
			array_push(
				$names,
				"wikibasedispatch-manage-$action->value",
				"wikibasedispatch-manage-$action->value-submit",
				"wikibasedispatch-manage-$action->value-meaning",
				"apihelp-managedispatch-paramvalue-do-$action->value",
				"logentry-wikibasedispatch-$action->value",
				"log-action-filter-wikibasedispatch-$action->value"
			);
		}
		foreach ( [ ActionLog::CAUGHT_UP, ActionLog::CAUGHT_UP_ALL ] as $subtype ) {
			$names[] = "logentry-wikibasedispatch-$subtype";
		}
		foreach ( [ 'none', 'unfinished', 'done' ] as $rebuild ) {
			$names[] = "wikibasedispatch-log-rebuild-$rebuild";
		}
		$this->assertSame( [], array_values( array_diff( $names, array_keys( self::messages( 'en' ) ) ) ) );
	}

	public function test_there_are_words_for_every_refusal(): void {
		$codes = [];
		foreach ( [ 'Dispatch/RefusedException.php', 'Ui/Manage/Refusal.php' ] as $file ) {
			$code = file_get_contents( self::FOLDER . "/src/$file" );
			preg_match_all( "/new self\\(\\s*'([a-z-]+)'/", $code, $found );
			array_push( $codes, ...$found[1] );
		}
		$this->assertContains( 'would-skip', $codes );
		$this->assertContains( 'failed', $codes );
		$names = array_map( static fn ( string $code ) => "wikibasedispatch-refused-$code", $codes );
		$known = preg_grep( '/^wikibasedispatch-refused-/', array_keys( self::messages( 'en' ) ) );
		sort( $names );
		sort( $known );
		$this->assertSame( $known, $names );
	}

	public function test_every_action_can_be_chosen_in_the_log(): void {
		$manifest = json_decode( file_get_contents( self::FOLDER . '/extension.json' ), true );
		$filters = $manifest['ActionFilteredLogs'][ActionLog::TYPE];
		$this->assertSame( array_column( Action::cases(), 'value' ), array_keys( $filters ) );
		$chosen = array_merge( ...array_values( $filters ) );
		$this->assertContains( ActionLog::CAUGHT_UP, $chosen );
		$this->assertContains( ActionLog::CAUGHT_UP_ALL, $chosen );
	}

	/**
	 * @return array<string,mixed>
	 */
	private static function messages( string $language ): array {
		return json_decode( file_get_contents( self::FOLDER . "/i18n/manage/$language.json" ), true );
	}
}
