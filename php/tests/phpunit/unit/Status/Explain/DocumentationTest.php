<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Status\StatusDocument;
use PHPUnit\Framework\TestCase;

/**
 * That the documentation has the words of the page and the shell for each reason and each condition.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\StatusDocument
 */
class DocumentationTest extends TestCase {

	private const PROJECT = __DIR__ . '/../../../../../..';

	public function test_every_reason_is_documented_with_its_text(): void {
		$texts = self::texts( 'wikibasedispatch-reason-' );
		$texts['failing`, without a client'] = $texts['failing-trigger'];
		unset( $texts['failing-trigger'] );
		foreach ( $texts as $code => $text ) {
			$this->assertDocumented( $code, $text );
		}
	}

	public function test_every_condition_is_documented_with_its_text(): void {
		$texts = self::texts( 'wikibasedispatch-status-condition-' );
		foreach ( StatusDocument::CONDITIONS as $condition ) {
			$this->assertDocumented( $condition, $texts[$condition] );
		}
	}

	private function assertDocumented( string $code, string $text ): void {
		static $document = null;
		$document ??= file_get_contents( self::PROJECT . '/docs/troubleshooting.md' );
		$end = str_contains( $code, '`' ) ? '' : '`';
		$this->assertStringContainsString( "\n| `$code$end | $text |", $document, "troubleshooting.md says of $code" );
	}

	/**
	 * @return array<string,string> code => text without tags, with `…` for each parameter
	 */
	private static function texts( string $prefix ): array {
		$messages = json_decode( file_get_contents( self::PROJECT . '/php/i18n/en.json' ), true );
		$texts = [];
		foreach ( $messages as $name => $text ) {
			if ( str_starts_with( $name, $prefix ) ) {
				$text = preg_replace( '/\{\{PLURAL:\$\d\|[^|]*\|([^}]*)\}\}/', '$1', strip_tags( $text ) );
				$texts[substr( $name, strlen( $prefix ) )] = preg_replace( '/\$\d/', '…', $text );
			}
		}
		return $texts;
	}
}
