<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Status\Step;
use PHPUnit\Framework\TestCase;

/**
 * That the pages beside the status have words for all that they say, and no others.
 *
 * @coversNothing
 */
class MessagesTest extends TestCase {

	private const FOLDER = __DIR__ . '/../../../../..';

	/** Names that are put together. */
	private const COMPOSED = [
		'client-column-change', 'client-column-entity', 'client-column-error', 'client-column-step',
		'client-column-subscribed', 'client-column-type', 'client-column-when', 'client-column-written',
		'client-numbers-dispatched', 'client-numbers-failures', 'client-plot-dispatched', 'client-plot-failures',
	];

	public function test_every_text_has_a_message(): void {
		$known = [ ...self::names( 'i18n/en.json' ), ...self::names( 'i18n/client/en.json' ) ];
		$this->assertSame( [], array_values( array_diff( self::used(), $known ) ) );
	}

	public function test_every_message_is_used(): void {
		$own = preg_grep( '/^(client|search|rollout)-/', self::names( 'i18n/client/en.json' ) );
		$this->assertSame( [], array_values( array_diff( $own, self::used() ) ) );
	}

	/** @return list<string> */
	private static function used(): array {
		$used = self::COMPOSED;
		foreach ( Step::cases() as $step ) {
			$used[] = "client-step-{$step->value}";
		}
		foreach ( glob( self::FOLDER . '/src/Ui/ClientPage/*.php' ) as $file ) {
			preg_match_all( "/'((?:client|search|rollout|status)-[a-z-]*[a-z])'/", file_get_contents( $file ), $names );
			array_push( $used, ...$names[1] );
		}
		return array_values( array_unique( $used ) );
	}

	/** @return list<string> */
	private static function names( string $file ): array {
		return array_map(
			static fn ( string $key ) => str_replace( 'wikibasedispatch-', '', $key ),
			array_keys( json_decode( file_get_contents( self::FOLDER . "/$file" ), true ) )
		);
	}
}
