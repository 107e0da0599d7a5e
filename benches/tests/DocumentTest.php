<?php

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Tests;

use PHPUnit\Framework\TestCase;
use WikibaseDispatchBench\Experiments\ClientSide;
use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchBench\Measure\Results;
use WikibaseDispatchBench\Output\Document;

require_once __DIR__ . '/../lib/autoload.php';

/**
 * What docs/performance.md says after some of the experiments were measured again.
 *
 * @coversNothing
 */
class DocumentTest extends TestCase {

	private const OLD = <<<'END'
		<!-- bench origin -->
		| old origin |
		<!-- end -->
		<!-- bench goals -->
		|  | against | goal | measured | met |
		| --- | --- | --- | --- | --- |
		| W1: statements | Wikibase 1.43 | ≥ 200 times less | 163 times less | **no** |
		| W2: statements of the client | Wikibase 1.43 | ≥ 10 times less | 2 times less | **no** |
		<!-- end -->
		<!-- bench client -->
		<!-- end -->
		END;

	public function test_what_was_not_measured_stays_as_it_is(): void {
		$results = new Results( [ 'date' => '2026-11-22' ] );
		$results->add( self::client( ClientSide::HANDLING, [ 'statements' => 100 ] ) );
		$peers = new Results( [] );
		$peers->add( self::client( 'Wikibase 1.43', [ 'statements' => 2000 ] ) );
		$text = ( new Document( $results, $peers ) )->fill( self::OLD );
		$this->assertStringContainsString( '| old origin |', $text );
		$this->assertStringContainsString( '| ≥ 200 times less | 163 times less | **no** |', $text );
		$this->assertStringContainsString( '| ≥ 10 times less | 20 times less | yes |', $text );
		$this->assertSame( 1, substr_count( $text, 'W2: statements of the client' ) );
		$this->assertStringContainsString( "| ours: notifications | 100 |\n| Wikibase 1.43 | 2,000 |", $text );
	}

	public function test_costs_become_a_plot_with_a_line_for_each_contender(): void {
		$results = new Results( [] );
		foreach ( [ 'ours' => 0.1, 'plain PHP' => 1 ] as $subject => $cpu ) {
			foreach ( [ 100, 10 ] as $clients ) {
				$results->add( new Measurement( 'clients', $subject, [ 'engine' => 'mariadb', 'clients' => $clients ], [
					[ 'cpu' => $cpu * $clients, 'databaseCpu' => $cpu * $clients ],
				] ) );
			}
		}
		$plots = ( new Document( $results, new Results( [] ) ) )->plots();
		$this->assertSame( [ 'performance-clients.svg' ], array_keys( $plots ) );
		$svg = simplexml_load_string( $plots['performance-clients.svg'] );
		$texts = array_map( 'strval', iterator_to_array( $svg->text, false ) );
		$this->assertSame( [], array_diff( [ 'ours', 'plain PHP', '10', '100', '1', '1,000' ], $texts ) );
	}

	private static function client( string $subject, array $run ): Measurement {
		return new Measurement( 'client', $subject, [ 'engine' => 'mariadb' ], [ $run ] );
	}
}
