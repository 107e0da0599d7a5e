<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Migration\Takeover;

use PHPUnit\Framework\TestCase;

/**
 * The classes that stand in for Wikibase's own can be loaded beside each Wikibase's.
 * `tests/end-to-end/wikibase` looks at the real ones.
 *
 * @coversNothing
 */
class WikibaseSignaturesTest extends TestCase {

	private const SOURCES = __DIR__ . '/../../../../../src/Migration/Takeover/';
	private const CLASSES = [ 'KeepingChangeStore', 'UnhandedChangeLookup' ];

	/** @dataProvider wikibases */
	public function test_stand_ins_for_wikibases_classes_fit( string $store, string $lookup ): void {
		$this->assertSame( [ "fits\n", 0 ], $this->load( $store, $lookup ) );
	}

	public static function wikibases(): iterable {
		$delete = 'function deleteChangesByChangeIds( array $changeIds ): void';
		$load = 'function loadByEntityIdFromPrimary( string $entityId ): array';
		yield '1.39 to 1.41' => [ "function saveChange( Change \$change ); $delete", $load ];
		yield '1.43 and later' => [ "function saveChange( Change \$change ): void; $delete", $load ];
	}

	public function test_that_something_does_not_fit_would_be_seen(): void {
		[ $output, $status ] = $this->load( 'function saveChange( string $change ): void', 'function x()' );
		$this->assertSame( 255, $status );
		$this->assertStringContainsString( 'must be compatible with', $output );
	}

	/**
	 * @param string $store signatures of Wikibase's ChangeStore
	 * @param string $lookup one of its EntityChangeLookup
	 * @return array{string,int} what PHP says, and its exit code
	 */
	private function load( string $store, string $lookup ): array {
		$store = implode( '', array_map( static fn ( string $method ) => "public $method;", explode( ';', $store ) ) );
		$code = "namespace Wikibase\\Lib\\Changes { interface ChangeStore { $store } }
			namespace Wikibase\\Lib\\Store\\Sql { class EntityChangeLookup { public $lookup {} } }
			namespace {";
		foreach ( self::CLASSES as $class ) {
			$code .= ' require ' . var_export( self::SOURCES . "$class.php", true ) . ';';
		}
		$command = [ PHP_BINARY, '-n', '-d', 'display_errors=1', '-r', "$code echo \"fits\\n\"; }" ];
		exec( implode( ' ', array_map( 'escapeshellarg', $command ) ) . ' 2>&1', $lines, $status );
		return [ implode( "\n", $lines ) . "\n", $status ];
	}
}
